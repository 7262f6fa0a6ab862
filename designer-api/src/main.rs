//! The `gemba` command.

/// Requests make many small allocations on several threads; this one costs less than the C library's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    gemba::cli::main()
}
