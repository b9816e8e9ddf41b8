import { expectSignedIn } from '../../support/actions';
import { expect, test } from '../../support/fixtures';

for (const path of ['/account', '/notes', '/notes?edit=1&x=%20y']) {
  test(`${path} without a session redirects to the sign-in page`, async ({ page, visit }) => {
    const answer = await visit(path);
    const redirect = await answer.request().redirectedFrom()?.response();
    expect(redirect?.status(), `${path} redirects`).toBe(302);
    expect(new URL(page.url()).pathname).toBe('/login');
    expect(new URL(page.url()).searchParams.get('next')).toBe(path);
  });
}

for (const [path, to] of [
  ['/login', '/account'],
  ['/signup', '/account'],
  ['/login?next=/notes', '/notes'],
] as const) {
  test(`${path} with a session leads to ${to}`, async ({ page, person, visit }) => {
    const answer = await visit(path);
    const redirect = await answer.request().redirectedFrom()?.response();
    expect(redirect?.status(), `${path} redirects`).toBe(302);
    await expect(page).toHaveURL(to);
    await expectSignedIn(page, person);
  });
}

test('a slash at the end leads to the same page', async ({ page, person, visit }) => {
  await visit('/account/');
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, person);
});

test(
  'guarded pages open inside the app for a signed-in person',
  { tag: '@hydrated' },
  async ({ page, visit, person }) => {
    await visit('/');
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await expect(page).toHaveURL('/notes');
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(page).toHaveURL('/account');
    await expect(page.getByRole('main').getByText(person.email, { exact: true })).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Notes');
  },
);
