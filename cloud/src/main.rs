//! The program: see [`comanda_cloud::cli`].

fn main() -> std::process::ExitCode {
    comanda_cloud::cli::main()
}
