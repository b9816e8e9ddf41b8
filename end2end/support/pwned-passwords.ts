import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { PWNED_PASSWORDS } from './servers';

/** A password that {@link PWNED_PASSWORDS} reports as breached. */
export const BREACHED = 'violet anchor spoon 8';

/** Runs a test server in place of the Pwned Passwords range API. */
export default async function start(): Promise<() => Promise<void>> {
  const hash = createHash('sha1').update(BREACHED).digest('hex').toUpperCase();
  const padding = `${'0'.repeat(34)}A:0`;
  const server = createServer((request, response) => {
    const isIts = request.url === `/range/${hash.slice(0, 5)}`;
    response.end(isIts ? `${padding}\r\n${hash.slice(5)}:3` : padding);
  });
  const { hostname, port } = new URL(PWNED_PASSWORDS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(Number(port), hostname, resolve);
  });
  return async () => {
    await new Promise(resolve => server.close(resolve));
  };
}
