import { isLoopback } from "../../../cli/account/loopback";

it.each([
  "http://localhost:5000/v2/",
  "https://127.0.0.1",
  "http://127.255.255.254:80",
  // Other spellings of 127.0.0.1, which a URL's parser knows.
  "http://127.1/",
  "http://2130706433/",
  "http://0x7f.0.0.1/",
  "http://[::1]:8080/",
  "http://[0:0:0:0:0:0:0:1]/",
  "http://[::ffff:127.0.0.1]/",
])("%s is on this machine", (url) => {
  expect(isLoopback(url)).toBe(true);
});

it.each([
  "http://127.evil.example/",
  "http://127.0.0.1.evil.example/",
  "http://127.0.0.1@evil.example/",
  "http://localhost.evil.example/",
  "http://evil.example/127.0.0.1",
  "http://evil.example/?localhost",
  "http://128.0.0.1/",
  "http://0.0.0.0/",
  "http://[::2]/",
  "http://[::ffff:10.0.0.1]/",
  "localhost",
  "",
])("%s is not", (url) => {
  expect(isLoopback(url)).toBe(false);
});
