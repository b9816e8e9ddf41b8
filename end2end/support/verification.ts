import { type APIRequestContext, expect } from '@playwright/test';
import { mailedLink } from './mailbox';
import { type Person, post } from './people';

/**
 * Confirms the address of a new account with the mailed link and the password.
 *
 * @param request any request context; its session does not matter
 */
export async function verify(request: APIRequestContext, origin: string, person: Person): Promise<void> {
  const link = await mailedLink(request, person.email, '/verify-email');
  const token = new URL(link, origin).searchParams.get('token')!;
  const answer = await post(request, origin, '/api/auth/verify-email', { token, password: person.password });
  expect(answer.status(), await answer.text()).toBe(200);
}
