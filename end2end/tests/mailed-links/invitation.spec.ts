import { expectSignedIn, passwordField, signIn } from '../../support/actions';
import { expectAccessible, expectNoSidewaysScrolling } from '../../support/checks';
import { runCommand } from '../../support/commands';
import { expect, test } from '../../support/fixtures';
import { mailedLink } from '../../support/mailbox';
import { stranger } from '../../support/people';

const accept = { name: 'Accept the invitation' };

test('an invited person chooses a password and signs in', { tag: '@no-wasm' }, async ({
  page,
  request,
  baseURL,
  javaScriptEnabled,
  visit,
}) => {
  const person = stranger();
  runCommand(baseURL!, 'user', 'create', person.email);
  const link = await mailedLink(request, person.email, '/accept-invitation');
  await visit(link);
  await expect(page.getByRole('heading', { name: 'You are invited' })).toBeVisible();
  await expect(page.getByText(person.email)).toBeVisible();
  await expectAccessible(page, { javaScriptEnabled });
  await expectNoSidewaysScrolling(page);
  await passwordField(page).fill(person.password);
  await page.getByRole('button', accept).click();
  await expect(page).toHaveURL('/login');
  await expect(page.getByText('Your password is set.')).toBeVisible();
  await signIn(page, person);
  await expectSignedIn(page, person);

  await visit(link);
  await expect(page.getByText('This link has been used already.')).toBeVisible();
  await expectAccessible(page, { javaScriptEnabled });
});

test('a revoked invitation is reported as such', async ({ page, request, baseURL, visit }) => {
  const person = stranger();
  runCommand(baseURL!, 'user', 'create', person.email);
  const link = await mailedLink(request, person.email, '/accept-invitation');
  runCommand(baseURL!, 'user', 'revoke-invitation', person.email, '--yes');
  await visit(link);
  await expect(page.getByText('This link no longer counts')).toBeVisible();
  await expect(page.getByText('ask for a new invitation')).toBeVisible();
});
