package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Whether the time that a wrong signature takes tells where it is wrong (row A74), as in "Dude, is my code constant time?"
 * (Reparaz, Balasch, Verbauwhede, 2017): signatures that differ in the first byte and in the last one, in an order that
 * chance decides, and Welch's t of what they took.
 *
 * <p>A machine that does other work blurs it, so slow samples are cut off at several heights, and the largest |t| counts.
 * A comparison that ends early is measured beside ours: where its |t| is small too, nothing was proven.
 */
public final class Timing {

    private static final int SAMPLES = Integer.getInteger("timing.samples", 1_000_000);
    private static final long SEED = Long.getLong("timing.seed", 20_261_121);
    private static final double CONSPICUOUS = 4.5;
    private static final double[] KEPT = {1, 0.99, 0.9, 0.7, 0.5};
    private static final byte[] MESSAGE = "\"@method\": GET\n\"@signature-params\": (\"@method\")".getBytes(UTF_8);

    private static int sink;

    private Timing() {}

    private interface Comparison {
        boolean verifies(byte[] message, byte[] signature);
    }

    public static void main(String[] none) {
        HmacKey key = HmacKey.of(new byte[32]);
        byte[] right = key.sign(MESSAGE);
        System.out.printf("samples %d, seed %d%n", SAMPLES, SEED);
        double ours = largest(right, key::verifies);
        double early = largest(right, (message, signature) -> endsEarly(key.sign(message), signature));
        print("MessageDigest.isEqual, the service's", ours);
        print("a comparison that ends early", early);
        System.exit(ours < CONSPICUOUS && early > CONSPICUOUS ? 0 : 1);
    }

    private static void print(String what, double t) {
        System.out.printf(Locale.ROOT, "%-38s |t| = %.2f%n", what, t);
    }

    private static boolean endsEarly(byte[] expected, byte[] given) {
        for (int i = 0; i < expected.length; i++) {
            if (expected[i] != given[i]) {
                return false;
            }
        }
        return true;
    }

    private static double largest(byte[] right, Comparison comparison) {
        // The first time is the compiler's.
        long[][] took = {};
        for (int i = 0; i < 2; i++) {
            took = measured(right, comparison);
        }
        long[] all = concatenated(took);
        Arrays.sort(all);
        double largest = 0;
        for (double kept : KEPT) {
            largest = Math.max(largest, Math.abs(t(took, all[(int) (kept * all.length) - 1])));
        }
        return largest;
    }

    private static long[] concatenated(long[][] took) {
        long[] all = Arrays.copyOf(took[0], took[0].length + took[1].length);
        System.arraycopy(took[1], 0, all, took[0].length, took[1].length);
        return all;
    }

    /** What signatures took that differ in the first byte, and those that differ in the last. */
    private static long[][] measured(byte[] right, Comparison comparison) {
        byte[][] wrong = {right.clone(), right.clone()};
        wrong[0][0] ^= 1;
        wrong[1][right.length - 1] ^= 1;
        long[][] took = {new long[SAMPLES], new long[SAMPLES]};
        int[] count = new int[2];
        Random chance = new Random(SEED);
        // Both from the same place in memory.
        byte[] signature = new byte[right.length];
        for (int i = 0; i < SAMPLES; i++) {
            int which = chance.nextInt(2);
            System.arraycopy(wrong[which], 0, signature, 0, signature.length);
            long began = System.nanoTime();
            boolean verified = comparison.verifies(MESSAGE, signature);
            took[which][count[which]++] = System.nanoTime() - began;
            sink += verified ? 1 : 0;
        }
        return new long[][] {Arrays.copyOf(took[0], count[0]), Arrays.copyOf(took[1], count[1])};
    }

    /** Welch's, of what took no longer than that. */
    private static double t(long[][] took, long most) {
        Moments first = Moments.of(took[0], most);
        Moments last = Moments.of(took[1], most);
        return (first.mean() - last.mean())
                / Math.sqrt(first.variance() / first.count() + last.variance() / last.count());
    }

    private record Moments(long count, double mean, double variance) {

        static Moments of(long[] values, long most) {
            long[] kept =
                    Arrays.stream(values).filter(value -> value <= most).toArray();
            double mean = Arrays.stream(kept).average().orElseThrow();
            double squares = Arrays.stream(kept)
                    .mapToDouble(value -> (value - mean) * (value - mean))
                    .sum();
            return new Moments(kept.length, mean, squares / (kept.length - 1));
        }
    }
}
