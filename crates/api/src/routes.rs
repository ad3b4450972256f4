//! One list of routes for the service and for its document. The service takes from it what answers only: to describe
//! two hundred operations at each start costs a third of the memory that an idle server holds.

use std::cell::Cell;

thread_local! {
    static DESCRIBING: Cell<bool> = const { Cell::new(false) };
}

/// What `make` gives, with everything that describes the routes in it.
pub(crate) fn described<T>(make: impl FnOnce() -> T) -> T {
    DESCRIBING.set(true);
    let _until = Until;
    make()
}

/// Ends describing, also when what is described panics.
struct Until;

impl Drop for Until {
    fn drop(&mut self) {
        DESCRIBING.set(false);
    }
}

/// Whether what describes a route is asked for.
pub(crate) fn describing() -> bool {
    DESCRIBING.get()
}

/// Handlers of one path, as `utoipa_axum::routes!` puts them together, each as `room::handler`.
macro_rules! routes {
    ($($room:ident :: $handler:ident),+ $(,)?) => {
        if $crate::routes::describing() {
            utoipa_axum::routes!($($room::$handler),+)
        } else {
            utoipa_axum::paste! {{
                use utoipa::Path as _;
                use utoipa_axum::PathItemExt as _;
                let mut paths = utoipa::openapi::path::Paths::new();
                let mut router = axum::routing::MethodRouter::new();
                $(
                    let methods = $room::[<__path_ $handler>]::methods();
                    for method in &methods {
                        router = router.on(method.to_method_filter(), $room::$handler);
                    }
                    let nothing = utoipa::openapi::path::Operation::new();
                    paths.add_path_operation(&$room::[<__path_ $handler>]::path(), methods, nothing);
                )+
                (Vec::new(), paths, router)
            }}
        }
    };
}

pub(crate) use routes;
