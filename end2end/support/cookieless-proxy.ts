import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that removes every cookie that the server sets. */
export interface CookielessProxy {
  /** Address for the `proxy` of a browser context. */
  server: string;
  /** Stops it. */
  close(): Promise<void>;
}

/** Starts a proxy on a free port. */
export async function cookielessProxy(): Promise<CookielessProxy> {
  const proxy = createServer((asked, answer) => {
    const onward = request(asked.url!, { method: asked.method, headers: asked.headers }, answered => {
      const headers = { ...answered.headers };
      delete headers['set-cookie'];
      answer.writeHead(answered.statusCode!, headers);
      answered.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    server: `http://127.0.0.1:${port}`,
    close: async () => {
      proxy.closeAllConnections();
      await new Promise(resolve => proxy.close(resolve));
    },
  };
}
