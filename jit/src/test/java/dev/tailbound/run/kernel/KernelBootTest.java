package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// The agent's greeting describes the kernel: error of bpf(2), whether it has a JIT, error of loading BTF.
class KernelBootTest {
    private static final int ENOSYS = 38;
    private static final int EINVAL = 22;

    private static ByteBuffer greeting(int bpf, int jited, int types) {
        return ByteBuffer.allocate(3 * Integer.BYTES).putInt(bpf).putInt(jited).putInt(types).flip();
    }

    @Test
    void a_kernel_without_bpf_lacks_a_system_call() {
        assertThat(KernelBoot.lack(greeting(ENOSYS, 0, ENOSYS))).contains("BPF (CONFIG_BPF_SYSCALL; bpf(2): ENOSYS (38))");
    }

    @Test
    void a_kernel_that_interprets_lacks_a_jit() {
        assertThat(KernelBoot.lack(greeting(0, 0, 0))).contains("BPF JIT (CONFIG_BPF_JIT)");
    }

    @Test
    void subprograms_need_types() {
        assertThat(KernelBoot.lack(greeting(0, 64, EINVAL))).contains("types of BPF functions (EINVAL (22))");
        assertThat(KernelBoot.lack(greeting(0, 64, 0))).isEmpty();
    }
}
