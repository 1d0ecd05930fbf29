/** Which Node.js the app's own commands run on: what the app asks for where its Next.js can be built with that. */
import { type Finding, finding } from './finding.ts';
import { nearest, type SourceFiles } from './source-tree.ts';

export interface NodeChoice {
  major: number;
  reason: string;
  findings: Finding[];
}

/** What npm's `node` package offers and Next.js was tried with. */
const OFFERED = [14, 16, 18, 20, 22, 24];

/**
 * Builds of each Next.js major by Node.js major, tried: up to 11, webpack 4 and 5 hash with an OpenSSL that ended with
 * Node 16; 14 and 15 need ≥ 18, 16 needs ≥ 20.9. `usual` is the newest that was current when the major was: what an app
 * of that time has among its other dependencies builds there too.
 */
const BY_NEXT_MAJOR: Record<number, { oldest: number; newest: number; usual: number }> = {
  9: { oldest: 14, newest: 16, usual: 16 },
  10: { oldest: 14, newest: 16, usual: 16 },
  11: { oldest: 14, newest: 16, usual: 16 },
  12: { oldest: 14, newest: 24, usual: 18 },
  13: { oldest: 16, newest: 24, usual: 18 },
  14: { oldest: 18, newest: 24, usual: 20 },
  15: { oldest: 18, newest: 24, usual: 22 },
  16: { oldest: 20, newest: 24, usual: 24 },
};

/** https://github.com/nodejs/Release#release-schedule */
const CODENAMES: Record<string, number> = { fermium: 14, gallium: 16, hydrogen: 18, iron: 20, jod: 22, krypton: 24 };

/** The major of a version file: `v16.13.0`, `16`, `lts/gallium`; undefined for `node`, `lts/*` and the like. */
export function majorOfVersionFile(text: string): number | undefined {
  const word = (text.trim().split(/\s+/)[0] ?? '').toLowerCase();
  const version = /^v?(\d+)(?:\.|$)/.exec(word)?.[1];
  return version ? Number(version) : CODENAMES[word.replace(/^lts\//, '')];
}

/** Whether some version `major.x.y` satisfies one comparator, e.g. `>=16.8`, `^18`, `20.x`. */
function comparatorAdmits(comparator: string, major: number): boolean {
  const found = /^([<>]=?|[~^=]?)v?(\d+|[x*])(\.\d+)?(\.\d+)?/i.exec(comparator);
  if (!found || !/\d/.test(found[2] ?? '')) return true;
  const [, operator, , minor, patch] = found;
  const wanted = Number(found[2]);
  const isExact = Number((minor ?? '.0').slice(1)) + Number((patch ?? '.0').slice(1)) > 0;
  if (operator === '>=') return major >= wanted;
  if (operator === '>') return minor ? major >= wanted : major > wanted;
  if (operator === '<=') return major <= wanted;
  if (operator === '<') return isExact ? major <= wanted : major < wanted;
  return major === wanted;
}

/** Whether a range of package.json's `engines.node` lets some version of that major in. */
const admitsMajor = (range: string, major: number) =>
  range.split('||').some((alternative) =>
    alternative
      .replace(/(\S+)\s+-\s+(\S+)/, '>=$1 <=$2')
      .replace(/([<>=~^])\s+/g, '$1')
      .trim()
      .split(/[\s,]+/)
      .every((comparator) => comparatorAdmits(comparator, major)),
  );

const unsuitable = (file: string, wish: string, { version }: { version: string }, major: number) =>
  finding(
    'NODE_VERSION_UNSUITABLE',
    `${wish}, which Next.js ${version} cannot be built with here: Node.js ${major} is used.`,
    { file, remedy: `Ask for a Node.js version that suits Next.js ${version}, or upgrade Next.js.` },
  );

export function decideNode(
  files: SourceFiles,
  appRoot: string,
  next: { version: string; major: number },
  engines: string | undefined,
  packageFile: string,
  override?: string,
): NodeChoice {
  const { oldest, newest, usual } = BY_NEXT_MAJOR[next.major]!;
  const suitable = OFFERED.filter((major) => major >= oldest && major <= newest);

  const file =
    override === undefined
      ? nearest(files, appRoot, ['.nvmrc', '.node-version'])
      : { file: 'the version override', text: override };
  const asked = file && majorOfVersionFile(file.text);
  if (file && asked !== undefined) {
    const wish = `${file.file} asks for Node.js ${asked}`;
    if (suitable.includes(asked)) return { major: asked, reason: `Node.js ${asked}: ${wish}`, findings: [] };
    return byDefault([unsuitable(file.file, wish, next, usual)]);
  }
  if (engines && /\d/.test(engines)) {
    const admitted = suitable.filter((major) => admitsMajor(engines, major));
    const wish = `package.json's engines ask for Node.js ${engines}`;
    const major = admitted.includes(usual) ? usual : admitted.at(-1);
    if (major) return { major, reason: `Node.js ${major}: ${wish}`, findings: [] };
    return byDefault([unsuitable(packageFile, wish, next, usual)]);
  }
  return byDefault([]);

  function byDefault(findings: Finding[]): NodeChoice {
    return { major: usual, reason: `Node.js ${usual}: builds Next.js ${next.major}`, findings };
  }
}
