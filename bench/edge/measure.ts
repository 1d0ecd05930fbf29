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

/** Each measured in turn with the others, so that what else the machine does falls on all alike. */
export interface Server {
  name: 'Towpath' | 'next start' | 'OpenNext';
  start(): Promise<Started>;
  zipBytes?: number;
}

export type Row = Figures & { server: Server['name'] };

const FRESH_STARTS = 7;
const WARM_UP = 30;
const WARM_REQUESTS = 200;

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length / 2)] as number).toFixed(1));
}

async function answered({ ask }: Started, target: string): Promise<number> {
  const began = performance.now();
  const status = await ask(target);
  if (status !== 200) throw new Error(`${target} was answered with ${status}.`);
  return performance.now() - began;
}

async function freshStart({ start }: Server, target: string): Promise<number> {
  const began = performance.now();
  const started = await start();
  try {
    await answered(started, target);
    return performance.now() - began;
  } finally {
    await started.stop();
  }
}

/** Of each server, in their order. */
async function freshStarts(servers: Server[], target: string): Promise<number[]> {
  const times: number[][] = servers.map(() => []);
  for (let round = 0; round < FRESH_STARTS; round++) {
    for (const [index, server] of servers.entries()) times[index]?.push(await freshStart(server, target));
  }
  return times.map(median);
}

async function warm(servers: Server[], target: string): Promise<number[]> {
  const times: number[][] = servers.map(() => []);
  const running: Started[] = [];
  try {
    for (const { start } of servers) running.push(await start());
    for (let round = 0; round < WARM_UP + WARM_REQUESTS; round++) {
      for (const [index, one] of running.entries()) {
        const time = await answered(one, target);
        if (round >= WARM_UP) times[index]?.push(time);
      }
    }
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
  return times.map(median);
}

export async function measure(app: BenchApp, servers: Server[]): Promise<Row[]> {
  const rendered = await freshStarts(servers, app.rendered);
  const prerendered = await freshStarts(servers, app.prerendered);
  const warmRendered = await warm(servers, app.rendered);
  return servers.map(({ name, zipBytes }, index) => ({
    server: name,
    freshRendered: rendered[index] as number,
    freshPrerendered: prerendered[index] as number,
    warmRendered: warmRendered[index] as number,
    ...(zipBytes === undefined ? {} : { zipMegabytes: Number((zipBytes / 1e6).toFixed(2)) }),
  }));
}

/** Of a function's folder, packed alike for all. */
export async function zippedBytes(folder: string): Promise<number> {
  const zip = new ZipFile();
  for (const path of await listFiles(folder)) zip.addBuffer(await readFile(join(folder, path)), path);
  zip.end();
  return (await buffer(zip.outputStream)).length;
}
