//! Tells cargo that a new migration means building anew: `sqlx::migrate!` alone notices only changed ones.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
