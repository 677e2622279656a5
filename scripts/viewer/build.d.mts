export interface AssetSize {
  readonly bytes: number;
  readonly gzip: number;
}

/** Writes `page.js`, `page.css` and `index.html` into a folder. */
export declare function buildViewer(outDir: string): Promise<{
  /** Ids of the modules and style sheets that went into it. */
  readonly modules: readonly string[];
  readonly sizes: Readonly<Record<string, AssetSize>>;
}>;
