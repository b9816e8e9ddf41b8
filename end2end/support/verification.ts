import { type APIRequestContext, expect } from '@playwright/test';
import { mailedLink } from './mailbox';
import { type Person, post } from './people';

/**
 * Verifies the address of somebody who has just signed up, by the mailed link and the password.
 *
 * @param request of the browser or of nobody; who is signed in there makes no difference
 */
export async function verify(request: APIRequestContext, origin: string, person: Person): Promise<void> {
  const link = await mailedLink(request, person.email, '/verify-email');
  const token = new URL(link, origin).searchParams.get('token')!;
  const answer = await post(request, origin, '/api/auth/verify-email', { token, password: person.password });
  expect(answer.status(), await answer.text()).toBe(200);
}
