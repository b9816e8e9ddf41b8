import {
  bearersOf,
  expectNameSet,
  expectSignedIn,
  nameField,
  refreshCookie,
  setName,
  shownName,
  signIn,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { count } from '../../support/network';
import { endSession, outlive, post } from '../../support/people';
import { SHORT_LIVED } from '../../support/servers';

test.use({ baseURL: SHORT_LIVED });

test('a person continues after an access token has expired', async ({ page, person, visit }) => {
  await visit('/account');
  await setName(page, 'before');
  await nameField(page).fill('half a thou');
  await outlive(person.access_token);
  await nameField(page).pressSequentially('ght');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(shownName(page, 'half a thought')).toBeVisible();
  await expectSignedIn(page, person);
});

test('a refresh keeps a half-typed form', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  const sent = bearersOf(page);
  const refreshes = count(page, '/api/auth/refresh');
  await visit('/account');
  await setName(page, 'before');
  const [first] = sent;
  const before = refreshes.times;
  const address = page.getByLabel('New address', { exact: true });
  await address.pressSequentially('half@an.addr');
  await outlive(first!);

  await setName(page, 'after');
  expect(refreshes.times, 'refreshes').toBe(before + 1);
  expect(sent.at(-1), 'the access token is replaced').not.toBe(first);
  await expect(address).toHaveValue('half@an.addr');
  await address.press('End');
  await address.pressSequentially('ess');
  await expect(address).toHaveValue('half@an.address');
  await expectSignedIn(page, person);
});

test('an unused tab refreshes nothing', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  const sent = bearersOf(page);
  const refreshes = count(page, '/api/auth/refresh');
  await visit('/account');
  await setName(page, 'only one');
  const before = refreshes.times;
  await outlive(sent.at(-1)!);
  expect(refreshes.times, 'refreshes').toBe(before);
  await expectSignedIn(page, person);
});

test('an expired access token is refused', async ({ person, request }) => {
  const bearer = { Authorization: `Bearer ${person.access_token}` };
  expect((await post(request, SHORT_LIVED, '/api/auth/me', {}, bearer)).status()).toBe(200);
  await outlive(person.access_token);
  const answer = await post(request, SHORT_LIVED, '/api/auth/me', {}, bearer);
  expect(answer.status(), 'the expired token is refused').toBe(401);
  expect(await answer.json()).toMatchObject({ error: 'unauthenticated' });
});

test(
  'an expired token that the page believes valid is replaced and the request repeated',
  { tag: '@hydrated' },
  async ({ page, person, quiet, visit }) => {
    quiet.except(401);
    const sent = bearersOf(page);
    // A clock that stands still looks to the page like a laptop that slept.
    await page.clock.setFixedTime(Date.now());
    await visit('/account');
    await setName(page, 'before');
    const stale = sent.at(-1)!;
    await outlive(stale);
    await setName(page, 'after');
    await expect(shownName(page, 'after')).toHaveCount(1);
    expect(sent.at(-1), 'the access token is replaced').not.toBe(stale);
    await expectSignedIn(page, person);
  },
);

test('an ended session leads to sign-in and back, and typed text is kept', async ({
  page,
  person,
  request,
  quiet,
  hydrates,
  visit,
}) => {
  quiet.exceptFetches(401);
  await visit('/account');
  await setName(page, 'before');
  await nameField(page).fill('half a thought');
  await outlive(person.access_token);
  const cookie = (await refreshCookie(page.context(), SHORT_LIVED))!;
  const fresh = await post(
    request,
    SHORT_LIVED,
    '/api/auth/refresh',
    {},
    { Cookie: `${cookie.name}=${cookie.value}` },
  );
  await endSession(request, SHORT_LIVED, (await fresh.json()).access_token);

  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page).toHaveURL('/login?next=/account');
  if (!hydrates) await expect(page.getByText('Your session has ended.')).toBeVisible();
  await signIn(page, person);
  await expect(page).toHaveURL('/account');
  await expectSignedIn(page, person);
  await expect(nameField(page)).toHaveValue('half a thought');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(shownName(page, 'half a thought')).toBeVisible();
  await expectNameSet(page, 2);
});

test(
  'text that one person typed is gone for the next person',
  { tag: '@hydrated' },
  async ({ page, person, account, request, quiet, visit }) => {
    quiet.except(401);
    await visit('/account');
    await nameField(page).pressSequentially('half a secret');
    await endSession(request, SHORT_LIVED, person.access_token);
    await page.getByRole('button', { name: 'Save name' }).click();
    await expect(page).toHaveURL('/login?next=/account');
    await signIn(page, account);
    await expect(page).toHaveURL('/account');
    await expectSignedIn(page, account);
    await expect(nameField(page)).toHaveValue('');
    await expect(page.getByText('half a secret')).toHaveCount(0);
  },
);
