import { isNetwork } from "../../../core/settings/values";

test.each(["203.0.113.7", "203.0.113.0/24", "10.0.0.0/8", "0.0.0.0/1", "255.255.255.255/32"])(
  "%s is a network, or an address",
  (text) => {
    expect(isNetwork(text)).toBe(true);
  },
);

test.each(["", "0.0.0.0/0", "203.0.113.0/33", "256.0.0.1", "1.2.3", "01.2.3.4", "2001:db8::/32"])(
  '"%s" is none',
  (text) => {
    expect(isNetwork(text)).toBe(false);
  },
);
