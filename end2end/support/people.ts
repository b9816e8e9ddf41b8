import { randomBytes } from 'node:crypto';
import { type APIRequestContext, expect } from '@playwright/test';

/** The address and password of a person. */
export interface Person {
  email: string;
  password: string;
}

/** The answer of sign-up, sign-in and refresh to a fetch. */
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

/** Returns a new person without an account. */
export function stranger(): Person {
  const unique = randomBytes(6).toString('hex');
  return { email: `ada-${unique}@example.org`, password: `violet kettle ${unique} sparrow` };
}

/** Returns an address of the largest permitted length (254 bytes). */
export function longAddress(): string {
  const unique = randomBytes(6).toString('hex');
  const domain = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(57)}.org`;
  return `${unique.padEnd(64, 'a')}@${domain}`;
}

/**
 * Posts a form as a same-origin fetch of a page would, without a page.
 *
 * @param request sends and stores cookies: `context.request` those of the browser, the `request` fixture its own
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

/** Creates an account over HTTP. Afterwards `request` is signed in. */
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

/** Signs in over HTTP. Afterwards `request` is signed in, and its previous session has ended. */
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

/** Ends the session of `accessToken` from outside the browser, which is not notified. */
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

/** Expects the server to refuse an access token. */
export async function expectTokenRefused(
  request: APIRequestContext,
  origin: string,
  accessToken: string,
): Promise<void> {
  const answer = await post(request, origin, '/api/auth/me', {}, { Authorization: `Bearer ${accessToken}` });
  expect(answer.status(), 'the access token of an ended session is refused').toBe(401);
}

/** Expects the server to refuse a copy of a refresh cookie. */
export async function expectCookieRefused(
  request: APIRequestContext,
  origin: string,
  { name, value }: { name: string; value: string },
): Promise<void> {
  const answer = await post(request, origin, '/api/auth/refresh', {}, { Cookie: `${name}=${value}` });
  expect(answer.status(), 'the refresh cookie of an ended session is refused').toBe(401);
}

/** Expects the server to refuse a sign-in. */
export async function expectSignInRefused(
  request: APIRequestContext,
  origin: string,
  { email, password }: Person,
): Promise<void> {
  const answer = await post(request, origin, '/api/auth/login', { email, password });
  expect(answer.status(), `${email} cannot sign in with that password`).toBe(401);
}

/** Waits until `accessToken` (a JWT) has expired. */
export async function outlive(accessToken: string): Promise<void> {
  const { exp } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as {
    exp: number;
  };
  await expect.poll(() => Date.now(), { timeout: 20_000, intervals: [100] }).toBeGreaterThan(exp * 1000);
}
