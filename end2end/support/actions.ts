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

/** Waits until the header says that `person` is signed in. */
export async function expectSignedIn(page: Page, person: Pick<Person, 'email'>): Promise<void> {
  const header = page.getByRole('banner');
  await expect(header.getByText(person.email, { exact: true })).toBeVisible();
  await expect(header.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** Waits until the page shows no signed-in person. */
export async function expectSignedOut(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Sign out' })).toHaveCount(0);
  await expect(page.getByRole('banner')).not.toContainText('@');
}

/** The field for a new note. */
export const newNote = (page: Page): Locator => page.getByLabel('New note', { exact: true });

/** The note with the text `text`. */
export const note = (page: Page, text: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByText(text, { exact: true }) });

/** Fills in the form for a new note and sends it, without waiting for the note. */
export async function addNote(page: Page, text: string): Promise<void> {
  await newNote(page).fill(text);
  await page.getByRole('button', { name: 'Add note' }).click();
}

/** Adds a note and waits until it is in the list. */
export async function writeNote(page: Page, text: string): Promise<void> {
  await addNote(page, text);
  await expect(note(page, text)).toBeVisible();
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
