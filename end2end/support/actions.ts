import { type BrowserContext, type Cookie, expect, type Locator, type Page } from '@playwright/test';
import type { Person } from './people';

/** The field for the password. */
export const passwordField = (page: Page): Locator => page.getByLabel('Password', { exact: true });

/** The field for a new password. */
export const newPasswordField = (page: Page): Locator => page.getByLabel('New password', { exact: true });

/** The banner that asks to confirm the address. */
export const verificationBanner = (page: Page): Locator =>
  page.getByRole('complementary', { name: 'Your address' });

/** The field for the address. */
export const emailField = (page: Page): Locator => page.getByLabel('Email', { exact: true });

/** Fills in the page at `/signup` and sends it. */
export async function createAccount(page: Page, person: Person): Promise<void> {
  await emailField(page).fill(person.email);
  await passwordField(page).fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

/** Fills in the page at `/login` and sends it. */
export async function signIn(page: Page, person: Person, { remember = false } = {}): Promise<void> {
  await emailField(page).fill(person.email);
  await passwordField(page).fill(person.password);
  await page.getByLabel('Keep me signed in').setChecked(remember);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Fills in the page of a link to a new password and sends it. */
export async function setNewPassword(page: Page, password: string): Promise<void> {
  await newPasswordField(page).fill(password);
  await page.getByRole('button', { name: 'Set new password' }).click();
}

/**
 * Waits for the page that follows a sign-in or a sign-up, then presses the button in the header.
 *
 * The header changes before that page is there. A request that the page has already sent is refused if the server
 * handles it after the sign-out, and the browser reports the refusal on the console.
 */
export async function signOut(page: Page): Promise<void> {
  await expect(page).not.toHaveURL(/\/(login|signup)(\?|$)/);
  await pressSignOut(page);
}

/** Presses the button in the header, also while another page is loading. */
export async function pressSignOut(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
}

/** Waits until the header says that `person` is signed in. Their address is in its title where they have a name. */
export async function expectSignedIn(page: Page, person: Pick<Person, 'email'>): Promise<void> {
  const header = page.getByRole('banner');
  await expect(header.getByTitle(person.email, { exact: true })).toBeVisible();
  await expect(header.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** Waits until the page shows no signed-in person. */
export async function expectSignedOut(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Sign out' })).toHaveCount(0);
  await expect(page.getByRole('banner')).not.toContainText('@');
}

/** The field for the display name. */
export const nameField = (page: Page): Locator => page.getByLabel('Display name', { exact: true });

/** The display name in the header. */
export const shownName = (page: Page, name: string): Locator =>
  page.getByRole('banner').getByText(name, { exact: true });

/** Fills in the form for the display name and sends it, without waiting for the answer. */
export async function saveName(page: Page, name: string): Promise<void> {
  await nameField(page).fill(name);
  await page.getByRole('button', { name: 'Save name' }).click();
}

/** Sets the display name and waits until the header shows it. */
export async function setName(page: Page, name: string): Promise<void> {
  await saveName(page, name);
  await expect(shownName(page, name)).toBeVisible();
}

/** Expects that the display name of the signed-in person was set so often. Opens the page of their activity. */
export async function expectNameSet(page: Page, times: number): Promise<void> {
  await page.goto('/account/activity');
  await expect(page.locator('.event-words', { hasText: 'Profile changed' })).toHaveCount(times);
}

/**
 * Returns the cookie with the refresh token of the server at `origin`, if the browser has one. In development mode its
 * name ends in the port.
 */
export async function refreshCookie(context: BrowserContext, origin: string): Promise<Cookie | undefined> {
  const name = `refresh-${new URL(origin).port}`;
  return (await context.cookies()).find(cookie => cookie.name === name);
}

/** Records the access tokens that `page` sends from now on. */
export function bearersOf(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', request => {
    const token = request.headers()['x-access-token'];
    if (token) sent.push(token);
  });
  return sent;
}
