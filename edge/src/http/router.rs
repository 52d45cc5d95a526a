//! Every route of the branch on one page, with who may call it. What guests reach at a door of their own stands in
//! [`super::guest_router`].

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use comanda_shared::staff::Permission::{
    self, AuditView, BackupsManage, BranchBegin, BranchState, CashReports, CashShift, CatalogAvailability, CatalogEdit,
    CatalogImport, CatalogView, CustomersEdit, CustomersErase, CustomersView, DevicesManage, FloorEdit, MonitoringView,
    OrdersAccept, OrdersAdvance, OrdersCreate, OrdersDiscount, OrdersMove, OrdersSplit, OrdersView, PapersEdit,
    PaymentsTake, PrintersSetUp, PrintingManage, PrintingView, ReceiptsReprint, ReportsView, RolesEdit, SettingsEdit,
    StaffHours, StaffManage, SupportBundle, TicketsReprint,
};

use super::access::Needs;
use super::problem::{Code, Problem};
use super::server::Branch;
use super::{access, openapi, page, screens};
use crate::practice::veil::veil;
use crate::{
    alerts, attendance, audit, availability, backup, beginning, branch, cash, catalog, customers, devices, floor,
    guests, health, kitchen, live, menu, orders, payments, printing, staff, support, sync, tls,
};

/// No request is larger; commands are smaller still.
const BODY_LIMIT: usize = 1024 * 1024;
/// A whole catalog.
const CATALOG_LIMIT: usize = 16 * 1024 * 1024;

/// The router of a branch.
pub fn router(state: Branch) -> Router {
    let known = |permission: Permission| Door { branch: &state, needs: Needs::Permission(permission) };
    let anybody_known = Door { branch: &state, needs: Needs::Somebody };
    let guests_too = Door { branch: &state, needs: Needs::SomebodyOrGuest };
    let api = Router::new()
        .route("/auth/login", post(staff::routes::log_in))
        .route("/auth/logout", post(staff::routes::log_out))
        .route("/auth/me", anybody_known.guards(get(staff::routes::who_am_i)))
        .route("/staff/faces", get(staff::routes::faces))
        .route("/staff", known(StaffManage).guards(get(staff::manage_routes::list)))
        .route("/staff", known(StaffManage).guards(post(staff::manage_routes::add)))
        .route("/staff/{id}", known(StaffManage).guards(put(staff::manage_routes::change)))
        .route("/staff/{id}/pin", known(StaffManage).guards(post(staff::manage_routes::change_pin)))
        .route("/sessions", known(StaffManage).guards(get(staff::manage_routes::sessions)))
        .route("/sessions/{id}", known(StaffManage).guards(delete(staff::manage_routes::end_session)))
        .route("/attendance/clock-in", post(attendance::routes::clock_in))
        .route("/attendance/clock-out", post(attendance::routes::clock_out))
        .route("/attendance", known(StaffHours).guards(get(attendance::routes::list)))
        .route("/attendance/hours", known(StaffHours).guards(get(attendance::routes::hours)))
        .route("/attendance/hours.csv", known(StaffHours).guards(get(attendance::routes::file)))
        .route("/attendance/{id}", known(StaffHours).guards(put(attendance::routes::correct)))
        .route("/devices", known(DevicesManage).guards(get(devices::routes::list)))
        .route("/devices/codes", known(DevicesManage).guards(post(devices::routes::make_code)))
        .route("/devices/this", get(devices::routes::this))
        .route("/devices/pair", post(devices::routes::pair))
        .route("/devices/{id}", known(DevicesManage).guards(put(devices::routes::change)))
        .route("/devices/{id}", known(DevicesManage).guards(delete(devices::routes::revoke)))
        .route("/devices/{id}/unlock", known(DevicesManage).guards(post(devices::routes::unlock)))
        .route("/audit", known(AuditView).guards(get(audit::routes::list)))
        .route("/audit/{sequence}", known(AuditView).guards(get(audit::routes::show)))
        .route("/openapi.json", get(openapi::show))
        .route("/docs", get(screens::docs))
        .route("/branch", get(branch::routes::show))
        .route("/live", guests_too.guards(get(live::routes::listen)))
        .route("/orders", known(OrdersView).guards(get(orders::routes::list)))
        .route("/orders", known(OrdersCreate).guards(post(orders::routes::place)))
        .route("/orders/quote", known(OrdersCreate).guards(post(orders::routes::quote)))
        .route("/orders/stats", known(ReportsView).guards(get(orders::routes::stats)))
        .route("/orders/{id}", known(OrdersView).guards(get(orders::routes::show)))
        .route("/orders/{id}/accept", known(OrdersAccept).guards(post(orders::routes::accept)))
        .route("/orders/{id}/status", known(OrdersAdvance).guards(patch(orders::routes::change_status)))
        .route("/orders/{id}/lines", known(OrdersCreate).guards(post(orders::routes::add_lines)))
        .route("/orders/{id}/lines/{line}/void", known(OrdersView).guards(post(orders::routes::void_line)))
        .route("/orders/{id}/cancel", known(OrdersView).guards(post(orders::routes::cancel)))
        .route("/orders/{id}/move", known(OrdersMove).guards(post(orders::routes::move_to)))
        .route("/orders/{id}/merge", known(OrdersMove).guards(post(orders::merge::routes::merge_orders)))
        .route("/orders/{id}/fire", known(OrdersView).guards(post(orders::course::routes::fire)))
        .route("/orders/{id}/tip", known(OrdersCreate).guards(post(orders::routes::set_tip)))
        .route("/orders/{id}/reopen", known(OrdersView).guards(post(orders::routes::reopen)))
        .route("/orders/{id}/discounts", known(OrdersView).guards(post(orders::bill::routes::discount)))
        .route(
            "/orders/{id}/discounts/{discount}",
            known(OrdersDiscount).guards(delete(orders::bill::routes::remove_discount)),
        )
        .route("/orders/{id}/split", known(OrdersSplit).guards(post(orders::bill::routes::split)))
        .route("/orders/{id}/split", known(OrdersSplit).guards(delete(orders::bill::routes::undo_split)))
        .route("/orders/{id}/bill", known(OrdersView).guards(post(orders::bill::routes::print_bill)))
        .route("/orders/{id}/receipt", known(ReceiptsReprint).guards(post(orders::bill::routes::reprint_receipt)))
        .route("/orders/{id}/guest-pass", known(OrdersView).guards(get(guests::routes::show)))
        .route("/orders/{id}/papers", known(ReceiptsReprint).guards(post(orders::bill::routes::reprint_paper)))
        .route("/orders/{id}/tickets", known(OrdersView).guards(get(kitchen::routes::tickets_of_order)))
        .route("/orders/{id}/reprint", known(TicketsReprint).guards(post(kitchen::routes::reprint)))
        .route("/reports/kitchen-times", known(OrdersView).guards(get(kitchen::times::routes::report)))
        .route("/kitchen/queue", known(OrdersView).guards(get(kitchen::times::routes::queue)))
        .route("/kitchen/orders", known(OrdersView).guards(get(kitchen::routes::cards)))
        .route("/kitchen/orders/{id}/raise", known(OrdersAdvance).guards(post(kitchen::routes::raise)))
        .route("/kitchen/orders/{id}/start", known(OrdersAdvance).guards(post(kitchen::routes::start)))
        .route("/kitchen/orders/{id}/bump", known(OrdersAdvance).guards(post(kitchen::routes::bump)))
        .route("/kitchen/orders/{id}/ready", known(OrdersAdvance).guards(post(kitchen::routes::ready)))
        .route("/kitchen/orders/{id}/recall", known(OrdersAdvance).guards(post(kitchen::routes::recall)))
        .route(
            "/kitchen/orders/{id}/lines/{line}/ready",
            known(OrdersAdvance).guards(post(kitchen::routes::line_ready)),
        )
        .route(
            "/kitchen/orders/{id}/lines/{line}/unready",
            known(OrdersAdvance).guards(post(kitchen::routes::line_unready)),
        )
        .route("/kitchen/orders/{id}/lines/{line}/seen", known(OrdersAdvance).guards(post(kitchen::routes::void_seen)))
        .route("/customers", known(CustomersView).guards(get(customers::routes::list)))
        .route("/customers", known(CustomersEdit).guards(post(customers::routes::add)))
        .route("/customers/{id}", known(CustomersView).guards(get(customers::routes::show)))
        .route("/customers/{id}", known(CustomersEdit).guards(put(customers::routes::change)))
        .route("/customers/{id}", known(CustomersErase).guards(delete(customers::routes::erase)))
        .route("/customers/{id}/consents", known(CustomersEdit).guards(post(customers::routes::consent)))
        .route("/customers/{id}/orders", known(CustomersView).guards(get(customers::routes::orders)))
        .route("/payments", known(PaymentsTake).guards(post(payments::routes::take)))
        .route("/payments/methods", known(OrdersView).guards(get(payments::routes::methods)))
        .route("/payments/{id}", known(OrdersView).guards(get(payments::routes::of_order)))
        .route("/payments/{id}/refund", known(OrdersView).guards(post(payments::routes::refund)))
        .route("/cash/open", known(CashShift).guards(post(cash::routes::open)))
        .route("/cash/current-shift", known(CashShift).guards(get(cash::routes::current)))
        .route("/cash/movements", known(CashShift).guards(post(cash::routes::move_cash)))
        .route("/cash/close", known(CashShift).guards(post(cash::routes::close)))
        .route("/cash/closures", known(CashShift).guards(get(cash::routes::closures)))
        .route("/cash/closures/{id}", known(CashShift).guards(get(cash::routes::closure)))
        .route("/cash/reports/z", known(CashReports).guards(post(cash::routes::report_z)))
        .route("/cash/reports/z", known(CashReports).guards(get(cash::routes::reports_z)))
        .route("/cash/reports/x", known(CashReports).guards(get(cash::routes::report_x)))
        .route("/live/events", guests_too.guards(get(live::events::listen)))
        .route("/live/painted", anybody_known.guards(post(live::events::painted)))
        .route("/live/poll", guests_too.guards(get(live::poll::poll)))
        .route("/screens", known(MonitoringView).guards(get(live::routes::list)))
        .route("/alerts", known(OrdersView).guards(get(alerts::routes::list)))
        .route("/alerts/{id}/take", known(OrdersAdvance).guards(post(alerts::routes::take)))
        .route("/print/jobs", known(PrintingView).guards(get(printing::routes::jobs)))
        .route("/print/tickets/{file}", known(OrdersView).guards(get(printing::routes::picture)))
        .route("/print/jobs/{id}/picture", known(PrintingView).guards(get(printing::routes::job_picture)))
        .route("/print/jobs/{id}/retry", known(PrintingManage).guards(post(printing::commands::retry)))
        .route("/print/jobs/{id}/reroute", known(PrintingManage).guards(post(printing::commands::reroute)))
        .route("/print/jobs/{id}/cancel", known(PrintingManage).guards(post(printing::commands::cancel)))
        .route("/printers/{id}/pause", known(PrintingManage).guards(post(printing::commands::pause)))
        .route("/printers/{id}/resume", known(PrintingManage).guards(post(printing::commands::resume)))
        .route("/printers/{id}/test", known(PrintingManage).guards(post(printing::commands::test)))
        .route("/printers/{id}/held", known(PrintingManage).guards(post(printing::commands::held)))
        .route("/printers/discover", known(PrintersSetUp).guards(post(printing::discovery_routes::discover)))
        .route("/printers/plugged", known(PrintersSetUp).guards(get(printing::discovery_routes::plugged)))
        .route("/printers/identify", known(PrintersSetUp).guards(post(printing::discovery_routes::identify)))
        .route("/printers/models", known(PrintingView).guards(get(printing::setup_routes::list_models)))
        .route("/settings/printers", known(PrintingView).guards(get(printing::routes::printers)))
        .route("/settings/printers", known(PrintersSetUp).guards(post(printing::setup_routes::add)))
        .route("/settings/printers/{id}", known(PrintersSetUp).guards(put(printing::setup_routes::change)))
        .route("/settings/printers/{id}", known(PrintersSetUp).guards(delete(printing::setup_routes::remove)))
        .route("/settings/papers", known(PrintingView).guards(get(printing::template_routes::show)))
        .route("/settings/papers", known(PapersEdit).guards(put(printing::template_routes::change)))
        .route("/settings/papers/pictures", known(PapersEdit).guards(post(printing::template_routes::upload)))
        .route("/settings/papers/preview", known(PapersEdit).guards(post(printing::template_routes::preview)))
        .route("/products", known(CatalogView).guards(get(catalog::routes::products)))
        .route("/products/popular", known(CatalogView).guards(get(catalog::routes::popular)))
        .route("/products/{id}", known(CatalogView).guards(get(catalog::routes::product)))
        .route("/products/{id}/availability", known(CatalogAvailability).guards(put(availability::routes::put_product)))
        .route(
            "/modifiers/{id}/availability",
            known(CatalogAvailability).guards(put(availability::routes::put_modifier)),
        )
        .route("/availability", known(CatalogView).guards(get(availability::routes::list)))
        .route("/categories", known(CatalogView).guards(get(catalog::routes::categories)))
        .route("/stations", known(CatalogView).guards(get(catalog::routes::stations)))
        .route("/taxes", known(CatalogView).guards(get(catalog::routes::taxes)))
        .route("/catalog", known(CatalogView).guards(get(catalog::routes::export)))
        .route("/media/{id}/{size}", known(CatalogView).guards(get(catalog::pictures::routes::show)))
        .route(
            "/media",
            known(CatalogEdit)
                .guards(post(catalog::pictures::routes::keep))
                .layer(DefaultBodyLimit::max(catalog::pictures::photo::FILE_LIMIT)),
        )
        .route("/settings/menu", known(CatalogView).guards(get(menu::routes::addresses)))
        .route("/settings/roles", known(StaffManage).guards(get(staff::role_routes::show)))
        .route("/settings/roles", known(RolesEdit).guards(put(staff::role_routes::change)))
        .route("/settings/floor", known(OrdersView).guards(get(floor::routes::show)))
        .route("/settings/floor", known(FloorEdit).guards(put(floor::routes::change)))
        .route("/settings/catalog", known(CatalogView).guards(get(catalog::routes::in_use)))
        .route(
            "/settings/catalog",
            known(CatalogEdit).guards(put(catalog::routes::replace)).layer(DefaultBodyLimit::max(CATALOG_LIMIT)),
        )
        .route(
            "/products/bulk-import",
            known(CatalogImport).guards(post(catalog::routes::import)).layer(DefaultBodyLimit::max(CATALOG_LIMIT)),
        )
        .route("/backups", known(BackupsManage).guards(get(backup::routes::list)))
        .route("/backups", known(BackupsManage).guards(post(backup::routes::make)))
        .route("/backups/{id}/verify", known(BackupsManage).guards(post(backup::routes::prove)))
        .route("/health/doctor", known(MonitoringView).guards(get(health::routes::doctor)))
        .route("/support/bundle", known(SupportBundle).guards(get(support::routes::bundle)))
        .route("/beginning", known(BranchBegin).guards(get(beginning::routes::show)))
        .route("/beginning", known(BranchBegin).guards(post(beginning::routes::begin)))
        .route("/branch-state", known(OrdersView).guards(get(branch::opening::routes::show)))
        .route("/branch-state", known(BranchState).guards(put(branch::opening::routes::change)))
        .route("/settings", known(MonitoringView).guards(get(branch::routes::show_settings)))
        .route("/settings", known(SettingsEdit).guards(put(branch::routes::change_settings)))
        .route("/monitoring/health", known(MonitoringView).guards(get(branch::routes::health)))
        .route("/sync/status", known(MonitoringView).guards(get(sync::routes::status)));
    let is_practice = state.folder.is_practice();
    let all = Router::new()
        .nest("/api/v1", api)
        .route("/metrics", known(MonitoringView).guards(get(health::routes::show_metrics)))
        .route("/healthz", get(branch::routes::alive))
        .route("/readyz", get(branch::routes::ready))
        .merge(screens::routes())
        .merge(page::routes())
        .merge(tls::page::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(state.clone(), access::threshold))
        .with_state(state);
    if is_practice { all.layer(from_fn(veil)) } else { all }
}

/// The door of a route: who may go through.
struct Door<'b> {
    branch: &'b Branch,
    needs: Needs,
}

impl Door<'_> {
    fn guards(&self, route: MethodRouter<Branch>) -> MethodRouter<Branch> {
        route.route_layer(from_fn_with_state((self.branch.clone(), self.needs), access::guard))
    }
}

pub(super) async fn not_found() -> Response {
    Problem::from(Code::NotFound).into_response()
}

pub(super) async fn method_not_allowed() -> Response {
    Problem::from(Code::MethodNotAllowed).into_response()
}
