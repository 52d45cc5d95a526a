//! `comanda-edge`: see the library.

fn main() -> std::process::ExitCode {
    comanda_edge::cli::main()
}
