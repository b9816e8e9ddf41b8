import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
/** The program that serves, and that has the command line. */
export const serverBinary = process.env.LATCHKEY_SERVER || path.join(root, 'target/debug/server');

/** The first of the four ports that the servers take; another one where these are in use. */
const port = Number(process.env.END2END_PORT || 3210);

/** The origin of the server with the lifetimes that people get. */
export const NORMAL = `http://127.0.0.1:${port}`;

/**
 * The origin of the server whose access tokens live four seconds, and whose sign-ins are recent for three, so that a
 * test can outlive both.
 */
export const SHORT_LIVED = `http://127.0.0.1:${port + 1}`;

/**
 * The origin of the server that signs nobody in before they have confirmed their address, and asks
 * {@link PWNED_PASSWORDS} about every password that is chosen.
 */
export const STRICT = `http://127.0.0.1:${port + 2}`;

/** Where the stand-in for the Pwned Passwords range API is. */
export const PWNED_PASSWORDS = `http://127.0.0.1:${port + 3}`;

/**
 * How Playwright starts a server of its own at `origin`, on an empty database under `target/end2end`, where its log
 * stays for whoever looks into a failure.
 *
 * @param origin scheme, host and port, as in `PUBLIC_URL`
 * @param settings environment variables beside those that every test server gets
 */
export function webServer(origin: string, settings: Record<string, string> = {}) {
  if (!existsSync(serverBinary)) {
    throw new Error(
      `There is no server at ${serverBinary}: build it first (cargo xtask test browser builds and runs).`,
    );
  }
  const data = dataFolder(origin);
  return {
    command:
      `rm -rf "${data}" && mkdir -p "${data}" && ` +
      `{ "${serverBinary}" >"${data}/server.log" 2>&1 || { tail -n 20 "${data}/server.log" >&2; exit 1; }; }`,
    cwd: root,
    url: `${origin}/readyz`,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 5_000 },
    env: { ...serverSettings(origin), ...settings },
  };
}

/** The environment variables that every server at such an origin gets, and every command beside it. */
export function serverSettings(origin: string): Record<string, string> {
  return {
    DEV_MODE: 'true',
    // Nobody guesses at these passwords.
    ARGON2_MEMORY_KIB: '1024',
    ARGON2_PASSES: '1',
    // Every browser here has one address.
    THROTTLE_FREE_TRIES_PER_ADDRESS: '100000',
    BIND_ADDR: new URL(origin).host,
    PUBLIC_URL: origin,
    DATABASE_URL: `sqlite://${dataFolder(origin)}/latchkey.db`,
    LEPTOS_SITE_ROOT: process.env.LEPTOS_SITE_ROOT || path.join(root, 'target/site'),
  };
}

function dataFolder(origin: string): string {
  return path.join(root, 'target/end2end', new URL(origin).port);
}
