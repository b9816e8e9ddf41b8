import { randomBytes } from 'node:crypto';
import { type APIRequestContext, expect } from '@playwright/test';

/** An account as a test knows it. */
export interface Person {
  email: string;
  password: string;
}

/** What sign-up, sign-in and renewal answer to a fetch. */
export interface SignedIn {
  access_token: string;
  token_type: string;
  expires_in: number;
  user: {
    id: string;
    email: string;
    verified: boolean;
    created_at: number;
    session: { id: string; begun_at: number; expires_at: number };
  };
}

/** Somebody who has no account yet; no two are ever the same. */
export function stranger(): Person {
  const unique = randomBytes(6).toString('hex');
  return { email: `ada-${unique}@example.org`, password: `violet kettle ${unique} sparrow` };
}

/** An address as long as one may be (254 bytes), to see what it does to a page. */
export function longAddress(): string {
  const unique = randomBytes(6).toString('hex');
  const domain = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(57)}.org`;
  return `${unique.padEnd(64, 'a')}@${domain}`;
}

/**
 * Posts a form as a same-origin fetch of a page would, without a page.
 *
 * @param request whose cookies are sent and kept: `context.request` is the browser's, the `request` fixture has its own
 */
export async function post(
  request: APIRequestContext,
  origin: string,
  path: string,
  form: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  return request.post(`${origin}${path}`, {
    form,
    headers: { Accept: 'application/json', Origin: origin, ...headers },
  });
}

/** Makes an account over HTTP; `request` is signed in afterwards. */
export async function signUpOverHttp(
  request: APIRequestContext,
  origin: string,
  person: Person,
): Promise<SignedIn> {
  const answer = await post(request, origin, '/api/auth/signup', {
    email: person.email,
    password: person.password,
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

/** Signs in over HTTP; `request` is signed in afterwards, and the session that it had has ended. */
export async function signInOverHttp(
  request: APIRequestContext,
  origin: string,
  person: Person,
): Promise<SignedIn> {
  const answer = await post(request, origin, '/api/auth/login', {
    email: person.email,
    password: person.password,
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

/** Ends the session of `accessToken` from outside the browser, which learns nothing of it. */
export async function endSession(
  request: APIRequestContext,
  origin: string,
  accessToken: string,
): Promise<void> {
  const answer = await post(
    request,
    origin,
    '/api/auth/logout',
    {},
    { Authorization: `Bearer ${accessToken}` },
  );
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Waits until `accessToken` (a JWT) has expired. */
export async function outlive(accessToken: string): Promise<void> {
  const { exp } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as {
    exp: number;
  };
  await expect.poll(() => Date.now(), { timeout: 20_000, intervals: [100] }).toBeGreaterThan(exp * 1000);
}
