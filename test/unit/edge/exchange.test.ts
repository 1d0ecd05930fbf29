import { pipeline, Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { exchange, type NodeHandler } from '../../../edge/default/render/exchange.ts';

const ask = (handler: NodeHandler, init: RequestInit = {}) =>
  exchange(handler, new Request('https://shop.example/', init), '/raw?q=1');

describe('request', () => {
  test('method, target, headers and body arrive', async () => {
    const response = await ask(
      async (request, answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { 'content-length': length, 'x-a': header } = request.headers;
        answer.end(JSON.stringify([request.method, request.url, length, header, Buffer.concat(chunks).toString()]));
      },
      { method: 'PUT', body: 'täxt', headers: { 'x-a': 'b' } },
    );
    expect(await response.json()).toEqual(['PUT', '/raw?q=1', '5', 'b', 'täxt']);
  });

  test('the visitor’s address and scheme are those of the connection', async () => {
    const response = await ask(
      ({ socket }, answer) =>
        answer.end(JSON.stringify([socket.remoteAddress, (socket as { encrypted?: boolean }).encrypted])),
      { headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' } },
    );
    expect(await response.json()).toEqual(['203.0.113.7', true]);
  });
});

describe('response', () => {
  test('written in parts, long after the handler returned', async () => {
    const response = await ask((_, answer) => {
      setImmediate(() => {
        answer.write('a');
        setImmediate(() => answer.end('b'));
      });
    });
    expect(await response.text()).toBe('ab');
  });

  test('headers by setHeader and writeHead, several cookies', async () => {
    const response = await ask((_, answer) => {
      answer.setHeader('set-cookie', ['a=1', 'b=2']);
      answer.writeHead(303, 'See Other', { Location: '/x' });
      answer.end();
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/x');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('one that the app destroys ends at once, with the reason', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('upstream reset'));
      },
    });
    await expect(ask((_, answer) => void pipeline(broken, answer, () => {}))).rejects.toThrow('upstream reset');
    await expect(ask((_, answer) => void answer.destroy())).rejects.toThrow('GET /raw?q=1: the response was destroyed');
    const whole = await ask((_, answer) => {
      answer.end('whole');
      answer.destroy();
    });
    expect(await whole.text()).toBe('whole');
  });

  test('HEAD and 304 have no body', async () => {
    const handler: NodeHandler = (_, answer) => answer.end('body');
    expect(await (await ask(handler, { method: 'HEAD' })).text()).toBe('');
    const notModified = await ask((_, answer) => {
      answer.statusCode = 304;
      answer.end('body');
    });
    expect(await notModified.text()).toBe('');
  });

  test('a handler that throws rejects', async () => {
    await expect(
      ask(() => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
  });
});
