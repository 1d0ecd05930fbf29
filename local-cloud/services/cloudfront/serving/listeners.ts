/** A port on 127.0.0.1 for each distribution, kept over restarts; another one when it is taken, and a line in the log. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Collection } from '../../../runtime/records.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-general */
const MAX_REQUEST_HEADER_BYTES = 32_768;

export interface Listeners {
  open(distributionId: string): Promise<void>;
  close(distributionId: string): Promise<void>;
  closeAll(): Promise<void>;
  /** `http://127.0.0.1:<port>`; undefined when it does not listen. */
  url(distributionId: string): string | undefined;
}

export function createListeners(
  ports: Collection<number>,
  log: (line: string) => void,
  serve: (distributionId: string, request: IncomingMessage, response: ServerResponse) => void,
): Listeners {
  const servers = new Map<string, Server>();
  const close = async (id: string): Promise<void> => {
    const server = servers.get(id);
    servers.delete(id);
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  };
  return {
    open: async (id) => {
      if (servers.has(id)) return;
      const server = createServer({ maxHeaderSize: MAX_REQUEST_HEADER_BYTES }, (request, response) =>
        serve(id, request, response),
      );
      servers.set(id, server);
      const wanted = ports.get(id) ?? 0;
      const port = await listen(server, wanted).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
        return listen(server, 0);
      });
      if (wanted && port !== wanted) log(`Port ${wanted} of distribution ${id} is taken: it answers on ${port} now.`);
      ports.put(id, port);
    },
    close,
    closeAll: async () => void (await Promise.all([...servers.keys()].map(close))),
    url: (id) => {
      const address = servers.get(id)?.address() as AddressInfo | null | undefined;
      return address ? `http://127.0.0.1:${address.port}` : undefined;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
