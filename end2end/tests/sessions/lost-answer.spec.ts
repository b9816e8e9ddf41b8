import { expectSignedIn, expectSignedOut, refreshCookie, signOut, writeNote } from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { count, loseRefreshAnswers } from '../../support/network';
import { post } from '../../support/people';

test(
  'a refresh whose answer was lost is repeated',
  { tag: '@hydrated' },
  async ({ page, person, playwright, quiet, visit }) => {
    quiet.except('ERR_CONNECTION_RESET');
    const refreshes = count(page, '/api/auth/refresh');
    const lost = await loseRefreshAnswers(page, playwright.request, 1);
    await visit('/notes');
    await writeNote(page, 'in spite of it');
    expect(lost.times, 'lost answers').toBe(1);
    expect(refreshes.times, 'refreshes').toBe(2);
    await expect(page.getByText('in spite of it', { exact: true })).toHaveCount(1);
    await expectSignedIn(page, person);
    await visit('/account');
    await expectSignedIn(page, person);
  },
);

test('a page opened with a cookie whose successor was lost is signed in', async ({
  context,
  page,
  person,
  baseURL,
  playwright,
  visit,
}) => {
  await visit('/');
  const userAgent = await page.evaluate(() => navigator.userAgent);
  const cookies = await context.cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const outside = await playwright.request.newContext();
  const answer = await post(
    outside,
    baseURL!,
    '/api/auth/refresh',
    {},
    { Cookie: cookie, 'User-Agent': userAgent },
  );
  expect(answer.status(), 'the refresh outside the browser').toBe(200);
  await outside.dispose();

  await visit('/notes');
  await expectSignedIn(page, person);
  await writeNote(page, 'still here');
  await signOut(page);
  await expectSignedOut(page);
});

test('a used refresh token presented by another browser ends the session', async ({
  context,
  page,
  person,
  baseURL,
  playwright,
  quiet,
  visit,
}) => {
  quiet.exceptFetches(401);
  await visit('/');
  const stolen = (await refreshCookie(context, baseURL!))!;
  for (let turn = 0; turn < 2; turn += 1) {
    expect((await post(context.request, baseURL!, '/api/auth/refresh')).status()).toBe(200);
  }
  const thief = await playwright.request.newContext({ userAgent: 'Thief/1.0' });
  const answer = await post(thief, baseURL!, '/api/auth/refresh', {}, { Cookie: `${stolen.name}=${stolen.value}` });
  expect(answer.status(), 'the replayed token is refused').toBe(401);
  await thief.dispose();

  await visit('/account');
  await expect(page).toHaveURL('/login?next=/account');
  await expectSignedOut(page);
  await expect(page.getByText(person.email)).toHaveCount(0);
});
