/**
 * DNS itself, by UDP, on the local cloud's port: what `lookUp` knows, for resolvers that are told to ask here.
 *
 * Gaps: TCP, EDNS, AAAA and types other than A and CNAME (an empty answer), names that do not exist (an empty answer, too).
 * By design: whatever a distribution is called leads to 127.0.0.1.
 * The wire: https://datatracker.ietf.org/doc/html/rfc1035#section-4
 */
import { createSocket, type Socket } from 'node:dgram';
import { LocalCloudError } from '../../runtime/local-cloud-error.ts';

const TYPES = { A: 1, CNAME: 5 } as const;
type Type = keyof typeof TYPES;
const HEADER_BYTES = 12;
/** A response, recursion wanted and available. */
const FLAGS = 0x8180;
const TTL_SECONDS = 0;
/** "The name that was asked for", which begins behind the header. */
const ASKED = 0xc000 | HEADER_BYTES;

export type Answers = (name: string, type: Type) => string[];

interface Question {
  name: string;
  type: number;
  /** As it was sent. */
  bytes: Buffer;
}

function questionOf(query: Buffer): Question {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), bytes: query.subarray(HEADER_BYTES, at + 5) };
}

const encodedName = (name: string) =>
  Buffer.concat([
    ...name
      .split('.')
      .filter(Boolean)
      .map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);

function record(type: Type, value: string): Buffer {
  const data = type === 'A' ? Buffer.from(value.split('.').map(Number)) : encodedName(value);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(ASKED, 0);
  head.writeUInt16BE(TYPES[type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** Throws RangeError for what is no query. */
export function respond(query: Buffer, answers: Answers): Buffer {
  const question = questionOf(query);
  const [type] = Object.entries(TYPES).find(([, number]) => number === question.type) ?? [];
  const found = type === undefined ? [] : answers(question.name, type as Type).map((one) => record(type as Type, one));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(query.readUInt16BE(0), 0);
  header.writeUInt16BE(FLAGS, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found.length, 6);
  return Buffer.concat([header, question.bytes, ...found]);
}

/** Rejects with LocalCloudError when the port is taken. */
export async function startDnsServer(port: number, answers: Answers): Promise<{ stop: () => Promise<void> }> {
  const socket = createSocket('udp4');
  await bind(socket, port);
  socket.on('error', () => undefined);
  socket.on('message', (query, { port: to, address }) => {
    try {
      socket.send(respond(query, answers), to, address);
    } catch {
      // Nobody is told: whoever asks so hears nothing from other servers, too.
    }
  });
  return { stop: () => new Promise((resolve) => socket.close(() => resolve())) };
}

const bind = (socket: Socket, port: number) =>
  new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => {
      const remedy = 'Stop what listens there, or choose another port (0 takes any free one).';
      reject(new LocalCloudError('PORT_IN_USE', `UDP port ${port} on 127.0.0.1 is not free.`, remedy, { cause }));
    });
    socket.bind(port, '127.0.0.1', () => {
      socket.removeAllListeners('error');
      resolve();
    });
  });
