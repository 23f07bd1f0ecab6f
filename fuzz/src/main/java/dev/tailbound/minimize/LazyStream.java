package dev.tailbound.minimize;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Streams whose iterators make one element at a time.
final class LazyStream {
    private LazyStream() {}

    /// Like [Stream#flatMap]: but its iterator makes all elements of an inner stream before it returns the first one, and this one does not.
    static <T, R> Stream<R> flatMap(Stream<T> outer, Function<T, Stream<R>> inner) {
        var elements = new Elements<>(outer.iterator(), inner);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(elements, Spliterator.ORDERED), false);
    }

    private static final class Elements<T, R> implements Iterator<R> {
        private final Iterator<T> outer;
        private final Function<T, Stream<R>> inner;
        private Iterator<R> current = Collections.emptyIterator();

        Elements(Iterator<T> outer, Function<T, Stream<R>> inner) {
            this.outer = outer;
            this.inner = inner;
        }

        @Override
        public boolean hasNext() {
            while (!current.hasNext() && outer.hasNext()) {
                current = inner.apply(outer.next()).iterator();
            }
            return current.hasNext();
        }

        @Override
        public R next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return current.next();
        }
    }
}
