import {
  expectNameSet,
  expectSignedIn,
  expectSignedOut,
  nameField,
  setName,
  shownName,
  signIn,
  signOut,
} from '../../support/actions';
import { expect, test } from '../../support/fixtures';
import { post, signInOverHttp } from '../../support/people';

test(
  'signing out signs another tab out',
  { tag: '@hydrated' },
  async ({ context, page, person, quiet, visit }) => {
    quiet.except(401);
    const other = await context.newPage();
    await visit('/account');
    await visit('/account/devices', other);
    await expectSignedIn(other, person);
    await signOut(page);
    await expectSignedOut(page);
    await expectSignedOut(other);
    await expect(other).toHaveURL('/login?next=/account/devices');
  },
);

test('signing in signs another tab in', { tag: '@hydrated' }, async ({ context, page, account, visit }) => {
  const other = await context.newPage();
  await visit('/login');
  await visit('/', other);
  await expectSignedOut(other);
  await signIn(page, account);
  await expectSignedIn(page, account);
  await expectSignedIn(other, account);
});

test(
  'a sign-in of another person changes another tab',
  { tag: '@hydrated' },
  async ({ context, page, person, account, quiet, visit }) => {
    quiet.except(401);
    const other = await context.newPage();
    await visit('/account');
    await nameField(page).fill('a secret half typed');
    await visit('/account', other);
    await signOut(other);
    await expectSignedOut(other);
    await visit('/login', other);
    await signIn(other, account);
    await expectSignedIn(other, account);

    await expectSignedIn(page, account);
    await expect(page.getByText(person.email)).toHaveCount(0);
    await visit('/account');
    await expect(nameField(page)).toHaveValue('');
  },
);

test('a page continues in another session of the same person', async ({
  context,
  page,
  person,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(401);
  await visit('/account');
  await setName(page, 'before');
  await nameField(page).fill('half a thought');
  // Over HTTP, so that no other tab notifies this one.
  await signInOverHttp(context.request, baseURL!, person);
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(shownName(page, 'half a thought')).toBeVisible();
  await expectSignedIn(page, person);
  await expectNameSet(page, 2);
});

for (const before of ['has an access token', 'has none yet']) {
  test(`a page of one person that ${before} writes nothing for another`, async ({
    context,
    page,
    person,
    account,
    quiet,
    hydrates,
    baseURL,
    visit,
  }) => {
    quiet.exceptFetches(409, 401);
    const statuses: number[] = [];
    page.on('response', response => statuses.push(response.status()));
    await visit('/account');
    if (before === 'has an access token') {
      await setName(page, 'by the first');
    }
    await nameField(page).fill('not for the second');
    // Over HTTP, so that no other tab notifies this one.
    await signInOverHttp(context.request, baseURL!, account);
    await page.getByRole('button', { name: 'Save name' }).click();

    await expectSignedIn(page, account);
    if (hydrates) expect(statuses, 'the write is refused').toContain(409);
    await expect(page).toHaveURL(/\/account/);
    await expect(nameField(page)).toHaveValue('');
    await expect(page.getByText(person.email)).toHaveCount(0);
    await visit('/account');
    await expect(nameField(page)).toHaveValue('');

    const first = await signInOverHttp(context.request, baseURL!, person);
    const bearer = { Authorization: `Bearer ${first.access_token}` };
    const me = await (await post(context.request, baseURL!, '/api/auth/me', {}, bearer)).json();
    expect(me.display_name, 'name of the first person').toBe(before === 'has an access token' ? 'by the first' : null);
  });
}

test('signing out on a page of one person does not sign another out', async ({
  context,
  page,
  person,
  account,
  quiet,
  baseURL,
  visit,
}) => {
  quiet.exceptFetches(409, 401);
  await visit('/account');
  await expectSignedIn(page, person);
  await signInOverHttp(context.request, baseURL!, account);
  await signOut(page);
  await expectSignedIn(page, account);
  await visit('/account');
  await expectSignedIn(page, account);
});
