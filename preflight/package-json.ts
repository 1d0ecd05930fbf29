import { type Finding, finding, isFinding, positionAt } from './finding.ts';
import { inApp, type SourceFiles } from './source-tree.ts';

export interface PackageJson {
  name?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
  engines?: { node?: string };
  packageManager?: string;
  workspaces?: unknown;
  /** Settings of Nx. */
  nx?: { name?: string; targets?: object };
  /** Yarn's, of versions to be taken whatever the ranges say. */
  resolutions?: unknown;
}

export interface Manifest {
  packageFile: string;
  packageJson: PackageJson;
}

const errorOf = (text: string): string => {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

/** V8 names an offset, or that the text has ended, or quotes a piece around an unexpected token, which is looked for. */
function offsetOfError(text: string, message: string): number {
  const offset = /at position (\d+)/.exec(message)?.[1];
  if (offset) return Number(offset);
  if (!message.startsWith('Unexpected token')) return text.length;
  // The shortest beginning that has the token already.
  let [without, having] = [0, text.length];
  while (having - without > 1) {
    const middle = (without + having) >> 1;
    if (errorOf(text.slice(0, middle)).startsWith('Unexpected token')) having = middle;
    else without = middle;
  }
  return having - 1;
}

export function readPackageJson(files: SourceFiles, appRoot: string): Manifest | Finding {
  const packageFile = inApp(appRoot, 'package.json');
  const text = files.get(packageFile)?.replace(/^\uFEFF/, '');
  if (text === undefined) {
    const where = appRoot === '.' ? 'The repository' : `The folder ${appRoot}`;
    return finding('PACKAGE_JSON_MISSING', `${where} has no package.json: this is no Next.js app.`);
  }
  let packageJson: PackageJson | null;
  try {
    packageJson = JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const place = positionAt(text, offsetOfError(text, message));
    const why = message.replace(/,? in JSON at position.*| at position.*|, (\.\.\.)?".*$/s, '');
    return finding(
      'PACKAGE_JSON_INVALID',
      `${packageFile} is no valid JSON (line ${place.line}, column ${place.column}): ${why}.`,
      {
        file: packageFile,
        ...place,
      },
    );
  }
  if (typeof packageJson !== 'object' || packageJson === null || Array.isArray(packageJson)) {
    return finding('PACKAGE_JSON_INVALID', `${packageFile} holds no JSON object.`, { file: packageFile });
  }
  return { packageFile, packageJson };
}

/** Of the workspace that an app in a folder may belong to; empty where there is none. */
export function manifestOfRoot(files: SourceFiles): PackageJson {
  const manifest = readPackageJson(files, '.');
  return isFinding(manifest) ? {} : manifest.packageJson;
}
