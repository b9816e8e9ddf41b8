import { execFileSync } from 'node:child_process';
import { serverBinary, serverSettings } from './servers';

/**
 * Runs a command on the database of a running server.
 *
 * @param origin the origin of that server
 * @param command such as `user`, `create`, `ada@example.org`
 * @returns its output
 */
export function runCommand(origin: string, ...command: string[]): string {
  const env = { ...process.env, ...serverSettings(origin) };
  return execFileSync(serverBinary, command, { env, encoding: 'utf8' });
}
