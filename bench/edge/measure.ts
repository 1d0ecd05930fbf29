/** Medians of a server that is started anew, and of one that is warm. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { listFiles } from '../../nextjs/collect/bundle.ts';
import type { BenchApp } from './apps.ts';

export interface Started {
  /** Resolves with the status. */
  ask(target: string): Promise<number>;
  stop(): Promise<void>;
}

/** In milliseconds, from before the process starts; the ZIP in MB. */
export interface Figures {
  freshRendered: number;
  freshPrerendered: number;
  warmRendered: number;
  zipMegabytes?: number;
}

const FRESH_STARTS = 5;
const WARM_UP = 30;
const WARM_REQUESTS = 200;

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length / 2)] as number).toFixed(1));
}

async function answered({ ask }: Started, target: string): Promise<void> {
  const status = await ask(target);
  if (status !== 200) throw new Error(`${target} was answered with ${status}.`);
}

async function freshStart(start: () => Promise<Started>, target: string): Promise<number> {
  const began = performance.now();
  const started = await start();
  try {
    await answered(started, target);
    return performance.now() - began;
  } finally {
    await started.stop();
  }
}

async function freshStarts(start: () => Promise<Started>, target: string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < FRESH_STARTS; index++) times.push(await freshStart(start, target));
  return median(times);
}

async function warm(start: () => Promise<Started>, target: string): Promise<number> {
  const started = await start();
  const times: number[] = [];
  try {
    for (let index = 0; index < WARM_UP + WARM_REQUESTS; index++) {
      const began = performance.now();
      await answered(started, target);
      if (index >= WARM_UP) times.push(performance.now() - began);
    }
  } finally {
    await started.stop();
  }
  return median(times);
}

export async function measure(app: BenchApp, start: () => Promise<Started>, zipBytes?: number): Promise<Figures> {
  return {
    freshRendered: await freshStarts(start, app.rendered),
    freshPrerendered: await freshStarts(start, app.prerendered),
    warmRendered: await warm(start, app.rendered),
    ...(zipBytes === undefined ? {} : { zipMegabytes: Number((zipBytes / 1e6).toFixed(2)) }),
  };
}

/** Of a function's folder, packed alike for all. */
export async function zippedBytes(folder: string): Promise<number> {
  const zip = new ZipFile();
  for (const path of await listFiles(folder)) zip.addBuffer(await readFile(join(folder, path)), path);
  zip.end();
  return (await buffer(zip.outputStream)).length;
}
