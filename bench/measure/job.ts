/** One thing to be timed, as it is handed to a process of its own. Paths are absolute. */
export type Job =
  | { readonly kind: 'plan'; readonly library: string; readonly source: string; readonly planFile: string }
  | {
      readonly kind: 'convert';
      readonly library: string;
      readonly source: string;
      readonly destination: string;
      readonly workers: number;
      /** Made beforehand; without it the job plans too. */
      readonly planFile?: string;
      /** What must come out of it; anything else is no result. */
      readonly rows: number;
    }
  | {
      readonly kind: 'verify';
      readonly library: string;
      readonly source: string;
      readonly destination: string;
      readonly workers: number;
    }
  | {
      readonly kind: 'duckdb' | 'duckdb-one-copy';
      /** What `installDuckdb` gave. */
      readonly module: string;
      readonly manifestFile: string;
      readonly source: string;
      readonly destination: string;
      readonly threads: number;
    }
  | {
      readonly kind: 'csv-parse';
      readonly manifestFile: string;
      readonly source: string;
      readonly destination: string;
    }
  | {
      /** The files of the source and the events made of it, by plain reads and writes. */
      readonly kind: 'copy-bytes';
      readonly manifestFile: string;
      readonly source: string;
      readonly converted: string;
      readonly destination: string;
    }
  | {
      /** The emulator's connection string is in the environment. */
      readonly kind: 'sdk-copy';
      readonly container: string;
      readonly converted: string;
      readonly destination: string;
    }
  | {
      readonly kind: 'copy-files';
      readonly manifestFile: string;
      readonly source: string;
      readonly destination: string;
    };

/** What one process needed, from the moment its modules were loaded to the moment its last file was closed. */
export interface Measure {
  readonly seconds: number;
  /** Of all threads, user and system. */
  readonly cpuSeconds: number;
  /** Bytes, of the whole process, with Node itself. */
  readonly peakRss: number;
}

export type FromChild =
  | { readonly kind: 'done'; readonly measure: Measure }
  | { readonly kind: 'failed'; readonly error: string };
