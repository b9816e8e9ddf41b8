// The life of an API client in Go, with the standard library only: sign up, use the access token, renew it, lose an
// answer, be refused a used token, sign in again, sign out.
//
//	go run client.go http://127.0.0.1:3000 ada@example.com 'a long password of your own'
//
// Start the server with short lives to see each step soon: ACCESS_TOKEN_TTL=5s REFRESH_GRACE=5s.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

// Problem is an answer that is a problem document (RFC 9457).
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"error"`
	Detail string `json:"detail"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

// Tokens are the tokens of a session.
type Tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	SessionID    string `json:"session_id"`
}

// User is the account.
type User struct {
	Email string `json:"email"`
}

// Client is a signed-in program. It keeps the tokens of its session and renews them when it has to.
type Client struct {
	api    string
	tokens Tokens
}

// Send sends one request and reads the JSON of the answer into out. A refusal is a *Problem.
func (c *Client) Send(method, path, token string, body, out any) error {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, c.api+path, reader)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "latchkey-example")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		problem := &Problem{Status: answer.StatusCode}
		if err := json.NewDecoder(answer.Body).Decode(problem); err != nil {
			return err
		}
		return problem
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(out)
}

func (c *Client) begin(path, email, password string) error {
	body := map[string]string{"email": email, "password": password}
	return c.Send("POST", path, "", body, &c.tokens)
}

// Renew exchanges the refresh token for the next one and a fresh access token.
func (c *Client) Renew() error { return c.renewWith(c.tokens.RefreshToken, &c.tokens) }

func (c *Client) renewWith(token string, out *Tokens) error {
	return c.Send("POST", "/renew", "", map[string]string{"refresh_token": token}, out)
}

// Request sends a request of the session. It renews the tokens once if the access token has expired.
func (c *Client) Request(method, path string, body, out any) error {
	err := c.Send(method, path, c.tokens.AccessToken, body, out)
	var problem *Problem
	if !errors.As(err, &problem) || problem.Code != "unauthenticated" {
		return err
	}
	if err := c.Renew(); err != nil {
		return err
	}
	return c.Send(method, path, c.tokens.AccessToken, body, out)
}

// untilRefused repeats an attempt until it is answered 401.
func untilRefused(attempt func() error) *Problem {
	for {
		err := attempt()
		var problem *Problem
		if errors.As(err, &problem) && problem.Status == 401 {
			return problem
		}
		must(err)
		time.Sleep(200 * time.Millisecond)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	origin, email, password := os.Args[1], os.Args[2], os.Args[3]
	client := &Client{api: origin + "/api/v1"}
	var me User
	showMe := func() error { return client.Send("GET", "/me", client.tokens.AccessToken, nil, &me) }

	must(client.begin("/signup", email, password))
	fmt.Println("signed up, session", client.tokens.SessionID)
	must(client.Request("GET", "/me", nil, &me))
	fmt.Println("the access token says who we are:", me.Email)
	fmt.Println("the access token has expired:", untilRefused(showMe).Code)

	used := client.tokens.RefreshToken
	must(client.renewWith(used, &Tokens{}))
	fmt.Println("renewed, but suppose that this answer was lost")
	must(client.Request("GET", "/me", nil, &me))
	if client.tokens.RefreshToken == used {
		log.Fatal("the refresh token has not changed")
	}
	fmt.Println("the same request again, and the session goes on")

	// A thief who copied the used token comes too late, and the session ends for both.
	untilRefused(func() error { return client.renewWith(used, &Tokens{}) })
	untilRefused(client.Renew)
	fmt.Println("a used token came back, so the session has ended")

	must(client.begin("/login", email, password))
	must(client.Send("POST", "/logout", client.tokens.AccessToken, nil, nil))
	untilRefused(showMe)
	fmt.Println("signed in again and signed out")
}
