import {
  bearersOf,
  expectSignedIn,
  newNote,
  note,
  refreshCookie,
  signIn,
  writeNote,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { count } from '../../support/network';
import { endSession, outlive, post } from '../../support/people';
import { SHORT_LIVED } from '../../support/servers';

test.use({ baseURL: SHORT_LIVED });

test('a person continues after an access token has expired', async ({ page, person, visit }) => {
  await visit('/notes');
  await writeNote(page, 'before');
  await newNote(page).pressSequentially('half a thou');
  await outlive(person.access_token);
  await newNote(page).pressSequentially('ght');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page, 'half a thought')).toBeVisible();
  await expectSignedIn(page, person);
});

test('a refresh keeps a half-typed form', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  const sent = bearersOf(page);
  const refreshes = count(page, '/api/auth/refresh');
  await visit('/notes');
  await writeNote(page, 'to be deleted');
  const [first] = sent;
  const before = refreshes.times;
  await newNote(page).pressSequentially('half a thou');
  await outlive(first!);

  await note(page, 'to be deleted').getByRole('button', { name: 'Delete' }).click();
  await expect(note(page, 'to be deleted')).toHaveCount(0);
  expect(refreshes.times, 'refreshes').toBe(before + 1);
  expect(sent.at(-1), 'the access token is replaced').not.toBe(first);
  await expect(newNote(page)).toHaveValue('half a thou');
  await newNote(page).press('End');
  await newNote(page).pressSequentially('ght');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page, 'half a thought')).toBeVisible();
  await expectSignedIn(page, person);
});

test('an unused tab refreshes nothing', { tag: '@hydrated' }, async ({ page, person, visit }) => {
  const sent = bearersOf(page);
  const refreshes = count(page, '/api/auth/refresh');
  await visit('/notes');
  await writeNote(page, 'only one');
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
    await visit('/notes');
    await writeNote(page, 'before');
    const stale = sent.at(-1)!;
    await outlive(stale);
    await writeNote(page, 'after');
    await expect(page.getByText('after', { exact: true })).toHaveCount(1);
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
  await visit('/notes');
  await writeNote(page, 'before');
  await newNote(page).pressSequentially('half a thought');
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

  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(page).toHaveURL('/login?next=/notes');
  if (!hydrates) await expect(page.getByText('Your session has ended.')).toBeVisible();
  await signIn(page, person);
  await expect(page).toHaveURL('/notes');
  await expectSignedIn(page, person);
  await expect(newNote(page)).toHaveValue('half a thought');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(note(page, 'half a thought')).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveCount(2);
});

test(
  'text that one person typed is gone for the next person',
  { tag: '@hydrated' },
  async ({ page, person, account, request, quiet, visit }) => {
    quiet.except(401);
    await visit('/notes');
    await newNote(page).pressSequentially('half a secret');
    await endSession(request, SHORT_LIVED, person.access_token);
    await page.getByRole('button', { name: 'Add note' }).click();
    await expect(page).toHaveURL('/login?next=/notes');
    await signIn(page, account);
    await expect(page).toHaveURL('/notes');
    await expectSignedIn(page, account);
    await expect(newNote(page)).toHaveValue('');
    await expect(page.getByText('half a secret')).toHaveCount(0);
  },
);
