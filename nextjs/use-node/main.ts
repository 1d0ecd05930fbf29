/** `use-node.mjs MAJOR`: prints the folder to put first in PATH. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TowpathError } from '../../domain/errors.ts';
import { useNode } from './toolchain.ts';

async function main(): Promise<number> {
  const major = Number(process.argv[2]);
  if (!Number.isInteger(major) || major < 10) {
    console.error('usage: use-node.mjs MAJOR, for example: use-node.mjs 16');
    return 2;
  }
  try {
    const bin = await useNode(major, {
      platform: `${process.platform}-${process.arch}`,
      nodePath: process.execPath,
      nodeVersion: process.versions.node,
      searchPath: process.env.PATH ?? '',
      cacheFolder: join(homedir(), '.cache', 'towpath', 'node'),
    });
    console.log(bin);
    return 0;
  } catch (error) {
    if (!(error instanceof TowpathError)) throw error;
    console.error(`towpath: ${error.code}: ${error.message}\ntowpath: ${error.remedy}`);
    return 1;
  }
}

process.exitCode = await main();
