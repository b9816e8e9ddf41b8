import { expectSignedIn, expectSignedOut, refreshCookie, signOut } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { expectCookieRefused, expectTokenRefused, signUpOverHttp, stranger } from '../../support/people';

test('signing out leads to the home page from every page and ends the session', async ({
  page,
  context,
  request,
  baseURL,
  visit,
}) => {
  test.slow();
  for (const path of ['/', '/account', '/notes']) {
    await test.step(path, async () => {
      const person = stranger();
      const { access_token } = await signUpOverHttp(context.request, baseURL!, person);
      await visit(path);
      await expectSignedIn(page, person);
      const copied = (await refreshCookie(context, baseURL!))!;
      await signOut(page);

      await expect(page).toHaveURL('/');
      await expectSignedOut(page);
      await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible();
      await expect(page.getByRole('status').filter({ hasText: 'You have signed out.' })).toBeVisible();
      expect(await refreshCookie(context, baseURL!), 'no refresh cookie').toBeUndefined();
      await page.reload();
      await expect(page.getByText('You have signed out.')).toHaveCount(0);
      await visit('/account');
      await expect(page).toHaveURL('/login?next=/account');

      // Neither a copy of the cookie nor the unexpired access token works any more.
      await expectCookieRefused(request, baseURL!, copied);
      await expectTokenRefused(request, baseURL!, access_token);
    });
  }
});
