import { emailField, expectSignedIn, signIn } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

// The error of a form without JavaScript returns in the address, where anyone could write one.
const text = 'Call 555-0100 to unlock';
const forged = {
  'a forged message': JSON.stringify({ error: 'unauthenticated', message: text }),
  'an unknown error': JSON.stringify({ error: text }),
  'an unknown field': JSON.stringify({
    error: 'invalid',
    fields: { [text]: { error: 'required', message: text } },
  }),
  'a field with a forged message': JSON.stringify({
    error: 'invalid',
    fields: { email: { error: 'taken', message: text } },
  }),
  'a malformed request id': JSON.stringify({ error: 'internal', request_id: text }),
  'text that is not JSON': text,
  markup: `<script>alert(1)</script><img src=x onerror=alert(1)>${text}`,
};

test('a forged error in the address is never shown', async ({ page, account, context, visit }) => {
  test.slow();
  for (const [what, error] of Object.entries(forged)) {
    await test.step(what, async () => {
      await context.clearCookies();
      for (const encoded of [
        Buffer.from(error).toString('base64'),
        Buffer.from(error).toString('base64url'),
        error,
      ]) {
        const query = new URLSearchParams({ __path: '/api/auth/login', __err: encoded });
        const answer = await visit(`/login?${query}`);
        expect(answer.status()).toBe(200);
        await expect(emailField(page)).toBeVisible();
        await expect(page.getByText(text)).toHaveCount(0);
        await expect(page.locator('main img')).toHaveCount(0);
      }
      await signIn(page, account);
      await expect(page).toHaveURL('/account');
      await expectSignedIn(page, account);
    });
  }
});
