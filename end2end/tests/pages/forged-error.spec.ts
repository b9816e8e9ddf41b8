import { emailField, expectSignedIn, signIn } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

// An error of a form posted without JavaScript comes back in the address, where anyone could write one.
const text = 'Call 555-0100 to unlock';
const forged = {
  'a message of theirs': JSON.stringify({ error: 'unauthenticated', message: text }),
  'an error that is none': JSON.stringify({ error: text }),
  'a field that is none': JSON.stringify({
    error: 'invalid',
    fields: { [text]: { error: 'required', message: text } },
  }),
  'a field with their message': JSON.stringify({
    error: 'invalid',
    fields: { email: { error: 'taken', message: text } },
  }),
  'a request id that is none': JSON.stringify({ error: 'internal', request_id: text }),
  'no JSON': text,
  markup: `<script>alert(1)</script><img src=x onerror=alert(1)>${text}`,
};

test('an address says nothing that somebody else has written', async ({ page, account, context, visit }) => {
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
