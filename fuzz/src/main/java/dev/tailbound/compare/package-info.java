/// One case on several engines: what they observed, whether they agree, and the signature of a difference.
package dev.tailbound.compare;
