import { expectSignedIn, expectSignedOut, signOut } from '../actions';
import { expect, test } from '../fixtures';
import { post } from '../people';

for (const path of ['/', '/account', '/notes']) {
  test(`signing out on ${path} leads to the start and ends the session`, async ({
    page,
    person,
    context,
    request,
    baseURL,
    visit,
  }) => {
    await visit(path);
    await expectSignedIn(page, person);
    const copied = (await context.cookies()).find(cookie => cookie.name === 'refresh')!;
    await signOut(page);

    await expect(page).toHaveURL('/');
    await expectSignedOut(page);
    await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'You have signed out.' })).toBeVisible();
    expect((await context.cookies()).map(cookie => cookie.name)).not.toContain('refresh');
    await page.reload();
    await expect(page.getByText('You have signed out.')).toHaveCount(0);
    await visit('/account');
    await expect(page).toHaveURL('/login?next=/account');

    // A copy of the cookie is worth nothing any more, and neither is an access token that had not expired.
    const cookie = { Cookie: `${copied.name}=${copied.value}` };
    expect((await post(request, baseURL!, '/api/auth/refresh', {}, cookie)).status()).toBe(401);
    const bearer = { Authorization: `Bearer ${person.access_token}` };
    expect((await post(request, baseURL!, '/api/auth/me', {}, bearer)).status()).toBe(401);
  });
}
