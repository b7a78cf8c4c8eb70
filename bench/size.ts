const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };

/** `0.74GB`, `256MB`, `1000`: decimal units, as disks and the figures count. */
export function parseSize(text: string): number {
  const [, digits = '', unit = 'B'] = /^(\d+(?:\.\d+)?)\s*([KMG]?B)?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(digits) * (UNITS[unit.toUpperCase()] ?? 0));
  if (digits === '' || bytes < 1) throw new RangeError(`not a size: ${text} (write it as 0.74GB or 256MB)`);
  return bytes;
}

export function formatSize(bytes: number): string {
  if (bytes >= 1e9) return `${trim(bytes / 1e9)} GB`;
  return bytes >= 1e6 ? `${trim(bytes / 1e6)} MB` : `${trim(bytes / 1e3)} KB`;
}

/** Three significant digits. */
function trim(value: number): string {
  return String(Number(value.toPrecision(3)));
}
