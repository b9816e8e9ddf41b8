import type { APIRequestContext } from '@playwright/test';
import { expect } from './fixtures';
import { post } from './people';

/**
 * Waits until a link is mailed, and returns its path and query.
 *
 * @param request any request context whose base URL is the server's origin
 * @param to the address of the recipient
 * @param page the path of its page, such as `/verify-email`
 * @param count the number of such mails to wait for
 * @returns the newest link
 */
export async function mailedLink(
  request: APIRequestContext,
  to: string,
  page: string,
  count = 1,
): Promise<string> {
  let links: string[] = [];
  await expect
    .poll(
      async () => {
        links = await mailedLinks(request, to, page);
        return links.length;
      },
      { message: `${count} links to ${page} for ${to}` },
    )
    .toBeGreaterThanOrEqual(count);
  return links[0]!;
}

/** Asks for a link to a new password over HTTP, and returns it once it is mailed. */
export async function requestPasswordLink(
  request: APIRequestContext,
  origin: string,
  { email }: { email: string },
): Promise<string> {
  const answer = await post(request, origin, '/api/auth/forgot-password', { email });
  expect(answer.status(), await answer.text()).toBe(200);
  return mailedLink(request, email, '/reset-password');
}

/** Returns the subjects of the mails to an address, newest first. */
export async function mailedSubjects(request: APIRequestContext, to: string): Promise<string[]> {
  return (await mailsTo(request, to)).map(mail => mail.subject);
}

async function mailedLinks(request: APIRequestContext, to: string, page: string): Promise<string[]> {
  const links: string[] = [];
  for (const { path } of await mailsTo(request, to)) {
    const html = await (await request.get(path)).text();
    for (const [, href] of html.matchAll(/<a href="([^"]*)"/g)) {
      if (href!.startsWith(`${page}?token=`)) links.push(href!);
    }
  }
  return links;
}

async function mailsTo(request: APIRequestContext, to: string): Promise<{ path: string; subject: string }[]> {
  const list = await request.get(`/dev/mailbox?to=${encodeURIComponent(to)}`);
  const html = await list.text();
  return [...html.matchAll(/<a href="(\/dev\/mailbox\/[^"]*)">([^<]*)</g)].map(([, path, subject]) => ({
    path: path!,
    subject: subject!,
  }));
}
