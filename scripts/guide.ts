/**
 * docs/guide as a program: its commands, page after page, in one shell. Blocks are fenced as `sh` and say by a second word where
 * they run: `yours` sets what only the reader knows, `stays` is for a terminal of its own, `aws` needs AWS itself.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GUIDE = join(import.meta.dirname, '..', 'docs', 'guide');
const KINDS = ['here', 'yours', 'stays', 'aws'] as const;
export type BlockKind = (typeof KINDS)[number];

export interface Block {
  page: string;
  /** Of the first command, from 1. */
  line: number;
  kind: BlockKind;
  commands: string;
}

/** The pages in the order in which the guide's first page links them. */
export function guideBlocks(): Block[] {
  const first = readFileSync(join(GUIDE, 'README.md'), 'utf8');
  const pages = [...first.matchAll(/^\d+\. \[[^\]]+\]\((\w+\.md)\)/gm)].map(([, page]) => String(page));
  return ['README.md', ...pages].flatMap((page) => blocksOf(page, readFileSync(join(GUIDE, page), 'utf8')));
}

/** Pure. */
export function blocksOf(page: string, markdown: string): Block[] {
  return [...markdown.matchAll(/^```(sh\b.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, info = '', commands = ''] = match;
    const kind = (info.split(' ')[1] ?? 'here') as BlockKind;
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    if (!KINDS.includes(kind)) throw new Error(`docs/guide/${page}:${line}: "${info}" is none of ${KINDS.join(', ')}`);
    return { page, line, kind, commands };
  });
}

/** What the reader has to know: the variables of the `yours` blocks. */
export const variablesOfTheReader = (blocks: Block[]): string[] =>
  blocks
    .filter(({ kind }) => kind === 'yours')
    .flatMap(({ commands }) => [...commands.matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name]) => String(name)));

export interface Ran {
  block: Block;
  /** Standard output and error, as they came. */
  output: string;
}

const MARK = '␞';

/** As one script, which ends at the first command that fails. */
const scriptOf = (blocks: Block[]) =>
  ['set -euo pipefail', ...blocks.map(({ commands }, index) => `printf '${MARK}${index}${MARK}'\n${commands}`)].join(
    '\n',
  );

/** Runs the blocks; answers those that were begun, the last of which is the one that failed where `code` is not 0. */
export async function runBlocks(
  blocks: Block[],
  environment: NodeJS.ProcessEnv,
  show: (text: string) => void = () => {},
): Promise<{ code: number | null; ran: Ran[] }> {
  const child = spawn('bash', ['-c', `exec 2>&1\n${scriptOf(blocks)}`], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    show(text.replace(/␞(\d+)␞/g, (_, index) => titleOf(blocks[Number(index)] as Block)));
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const parts = output.split(MARK).slice(1);
  const ran = blocks.flatMap((block, index) =>
    parts[index * 2] === undefined ? [] : [{ block, output: parts[index * 2 + 1] ?? '' }],
  );
  return { code, ran };
}

const titleOf = ({ page, line, commands }: Block) => `\n── docs/guide/${page}:${line}\n${commands}\n`;
