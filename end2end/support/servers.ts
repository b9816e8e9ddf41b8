import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
/** The path of the server, which is also the command line. */
export const serverBinary = process.env.LATCHKEY_SERVER || path.join(root, 'target/debug/server');

/** The first of the four ports of the test servers. `END2END_PORT` names another one. */
const port = Number(process.env.END2END_PORT || 3210);

/** Origin of the server with the default lifetimes. */
export const NORMAL = `http://127.0.0.1:${port}`;

/**
 * Origin of the server whose access tokens live four seconds and whose passwords are recent for three, so that a test
 * can wait for both to end.
 */
export const SHORT_LIVED = `http://127.0.0.1:${port + 1}`;

/**
 * Origin of the server that signs people in only after they confirm their address, and looks up every new password at
 * {@link PWNED_PASSWORDS}.
 */
export const STRICT = `http://127.0.0.1:${port + 2}`;

/** Address of the test server in place of the Pwned Passwords range API. */
export const PWNED_PASSWORDS = `http://127.0.0.1:${port + 3}`;

/**
 * Returns the settings with which Playwright starts a server at `origin`, with an empty database and its log under
 * `target/end2end`.
 *
 * @param origin scheme, host and port, as in `PUBLIC_URL`
 * @param settings environment variables beside those of every test server
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

/** Returns the environment variables of a server at `origin` and of the commands beside it. */
export function serverSettings(origin: string): Record<string, string> {
  return {
    DEV_MODE: 'true',
    // These passwords need no protection.
    ARGON2_MEMORY_KIB: '1024',
    ARGON2_PASSES: '1',
    // All browsers share one address.
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
