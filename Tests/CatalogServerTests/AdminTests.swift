import Catalog
import CatalogServer
import Logging
import TestSupport
import Testing

/// Who may use the admin routes, and what is known about it afterwards.
@Suite(.timeLimit(.minutes(1)))
struct AdminTests {
  @Test("without a configured key the routes are off, whatever is sent", arguments: [nil, "Bearer ", "Bearer x"])
  func disabled(authorization: String?) async throws {
    try await Admin.run(keys: []) { server in
      let fields = authorization.map { ["Authorization: \($0)"] } ?? []
      let response = try await server.send("DELETE", "/admin/offers/openai/gpt-4o", fields: fields)
      #expect(response.status == 403)
      #expect(try response.json["type"] == .string("urn:modelcatalog:problem:admin-disabled"))
      #expect(try response.json["detail"]?.string?.contains("ADMIN_API_KEY") == true)
      #expect(try await server.get("/v1/models/gpt-4o").status == 200)
    }
  }

  @Test(
    "without a right key nothing is changed, and nothing is told about what is there",
    arguments: [nil, "Bearer wrong-key-wrong-key", "Basic \(Admin.key)", Admin.key],
    ["/admin/offers/openai/gpt-4o", "/admin/offers/openai/nothing", "/admin/nowhere", "/admin", "/admin/%zz"])
  func unauthorized(authorization: String?, target: String) async throws {
    try await Admin.run { server in
      let fields = authorization.map { ["Authorization: \($0)"] } ?? []
      let response = try await server.send("DELETE", target, fields: fields)
      #expect(response.status == 401)
      #expect(response["www-authenticate"]?.hasPrefix("Bearer") == true)
      #expect(response["cache-control"] == "no-store")
      #expect(response["content-type"] == "application/problem+json")
      #expect(try await server.get("/v1/models/gpt-4o").status == 200)
      #expect(server.store.calls(.edit) == 0)
    }
  }

  @Test("every configured key opens the routes", arguments: [Admin.key, "another-key-for-rotation"])
  func rotation(key: String) async throws {
    try await Admin.run { server in
      let response = try await server.send(
        "DELETE", "/admin/offers/openai/gpt-4o", fields: ["authorization: bearer \(key)"])
      #expect(response.status == 200)
    }
  }

  @Test("every call writes one line to the audit log, and no key ever")
  func audit() async throws {
    let log = RecordingLog()
    try await Admin.run(log: log) { server in
      let field = ["Authorization: Bearer \(Admin.key)"]
      _ = try await server.send("DELETE", "/admin/offers/openai/gpt-4o", fields: field)
      _ = try await server.send("DELETE", "/admin/offers/openai/gpt-4o?key=\(Admin.key)", fields: field)
      _ = try await server.send("DELETE", "/admin/offers/openai/gpt-4o", fields: field)
      _ = try await server.send("DELETE", "/admin/providers/acme", fields: ["Authorization: Bearer not-\(Admin.key)"])
      _ = try await server.send("PUT", "/admin/providers/new", fields: field, body: "{")
      _ = try await server.send("GET", "/admin/%zz", fields: field)
      let lines = log.lines.filter { $0.message == "Admin call" }
      let names = ["method", "path", "outcome", "status", "remote"]
      #expect(
        lines.map { line in names.map { line.metadata[$0] ?? "-" }.joined(separator: " ") } == [
          "DELETE /admin/offers/openai/gpt-4o removed 200 127.0.0.1",
          "DELETE /admin/offers/openai/gpt-4o bad-request 400 127.0.0.1",
          "DELETE /admin/offers/openai/gpt-4o offer-not-found 404 127.0.0.1",
          "DELETE /admin/providers/acme unauthorized 401 127.0.0.1",
          "PUT /admin/providers/new bad-request 400 127.0.0.1",
          "GET /admin/%zz bad-request 400 127.0.0.1",
        ])
      #expect(lines.allSatisfy { $0.level == .notice })
    }
    // Services are described in the log when they start, with all that they hold.
    let asBytes = Admin.key.utf8.map(String.init).joined(separator: ", ")
    #expect(log.lines.map(\.text).filter { $0.contains(Admin.key) || $0.contains(asBytes) } == [])
  }
}
