/** The names a collector may be given; `default` is the old SDK's default and is stored as `general`. */
export const DESIGNATIONS = ['inputs', 'predictions', 'labels', 'signals', 'general'] as const;
export type Designation = (typeof DESIGNATIONS)[number];

/** A path's designation segment, read: `yinputs` is the designation `inputs` behind the storage path's prefix `y`. */
export type DesignationSegment =
  | { readonly kind: 'known'; readonly designation: Designation; readonly prefix: string }
  /** Free text of the old `identifier` parameter, such as `raw`. */
  | { readonly kind: 'free'; readonly designation: string };

/** Reads the path segment before the date. Case matters: `Inputs` is free text (the SDK rejects it). */
export function parseDesignationSegment(segment: string): DesignationSegment {
  if (segment === 'default') return { kind: 'known', designation: 'general', prefix: '' };
  const designation = DESIGNATIONS.find((name) => segment.endsWith(name));
  if (designation === undefined) return { kind: 'free', designation: segment };
  return { kind: 'known', designation, prefix: segment.slice(0, -designation.length) };
}

/** Only these two have a `collection_name`, which names their files: `web.csv`. */
export function takesCollectionName(designation: string): boolean {
  return designation === 'signals' || designation === 'general';
}
