/** A chat's incoming webhook: a real HTTP server that keeps what it is sent and answers as it is told. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { SlackMessage } from '../../functions/notify/slack.ts';

export interface SinkAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Received {
  contentType: string | undefined;
  /** How it was answered. */
  status: number;
  /** As Slack would read it. */
  message: SlackMessage;
  /** Byte by byte as it came, for who checks a signature. */
  body: string;
  headers: IncomingMessage['headers'];
}

export interface ChatSink {
  url(path: string): string;
  received(path: string): Received[];
  /** Resolves when so many messages have come to that path. */
  until(path: string, count: number): Promise<Received[]>;
  stop(): Promise<void>;
}

const OK: SinkAnswer = { status: 200, body: 'ok' };

/** `answers` has, for a path, what the first, second, … request gets; the last holds for all that follow. */
export async function startChatSink(answers: Record<string, SinkAnswer[]> = {}): Promise<ChatSink> {
  const received = new Map<string, Received[]>();
  const waiting = new Set<() => void>();
  const take = async (request: IncomingMessage): Promise<SinkAnswer> => {
    const path = request.url ?? '';
    const before = received.get(path) ?? [];
    const script = answers[path] ?? [OK];
    const answer = script[Math.min(before.length, script.length - 1)] ?? OK;
    const body = await text(request);
    const { headers } = request;
    const entry = {
      contentType: headers['content-type'],
      status: answer.status,
      message: JSON.parse(body),
      body,
      headers,
    };
    received.set(path, [...before, entry]);
    return answer;
  };
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await take(request);
    response.writeHead(status, headers).end(body);
    for (const check of waiting) check();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const of = (path: string) => received.get(path) ?? [];

  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    received: of,
    until: (path, count) =>
      new Promise((resolve) => {
        const check = () => {
          if (of(path).length < count) return;
          waiting.delete(check);
          resolve(of(path));
        };
        waiting.add(check);
        check();
      }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
