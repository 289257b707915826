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
      let names = ["method", "path", "outcome", "status", "peer"]
      #expect(
        lines.map { line in names.map { line.metadata[$0] ?? "-" }.joined(separator: " ") } == [
          "DELETE /admin/offers/openai/gpt-4o removed 200 127.0.0.1",
          "DELETE /admin/offers/openai/gpt-4o bad-request 400 127.0.0.1",
          "DELETE /admin/offers/openai/gpt-4o offer-not-found 404 127.0.0.1",
          "DELETE /admin/providers/acme unauthorized 401 127.0.0.1",
          "PUT /admin/providers/new bad-request 400 127.0.0.1",
          "GET /admin/%zz bad-request 400 127.0.0.1",
        ])
      #expect(lines.allSatisfy { $0.level == .notice && $0.metadata["client"] == "127.0.0.1" })
    }
    // Services are described in the log when they start, with all that they hold.
    let asBytes = Admin.key.utf8.map(String.init).joined(separator: ", ")
    #expect(log.lines.map(\.text).filter { $0.contains(Admin.key) || $0.contains(asBytes) } == [])
  }

  @Test("the audit log names the client behind the proxy, and strangers who are refused again and again do not fill it")
  func auditOfStrangers() async throws {
    let log = RecordingLog()
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.configuration.adminKeys = [Admin.key]
        $0.configuration.limits.wrongKeys = RateLimit(1, per: .seconds(600), burst: 2)
        $0.configuration.limits.trustedProxies = 1
        $0.logger = log.logger
      }
    ) { server in
      let call = { (key: String, client: String) in
        try await server.send(
          "GET", "/admin/cache-status", fields: ["Authorization: Bearer \(key)", "X-Forwarded-For: 1.1.1.1, \(client)"])
      }
      for _ in 0..<6 { _ = try await call("wrong-key-wrong-key", "203.0.113.9") }
      for _ in 0..<3 { _ = try await call(Admin.key, "[2001:db8:0:7::1]:443") }
      for _ in 0..<3 { _ = try await server.submit("/console/ops/warm", [:], from: ["X-Forwarded-For: 203.0.113.10"]) }
      for _ in 0..<3 {
        let fields = [
          "Content-Type: text/plain", "Sec-Fetch-Site: same-origin", "X-Forwarded-For: 203.0.113.10",
        ]
        _ = try await server.send("POST", "/console/login", fields: fields, body: "key=x")
      }
    }
    let names = ["client", "peer", "outcome", "count"]
    let lines = log.lines.filter { $0.message == "Admin call" }
    let told = lines.map { line in names.map { line.metadata[$0] ?? "-" }.joined(separator: " ") }
    #expect(
      told == [
        "203.0.113.9 127.0.0.1 unauthorized 1", "203.0.113.9 127.0.0.1 unauthorized 1",
        "203.0.113.9 127.0.0.1 too-many-requests 1", "2001:db8:0:7::/64 127.0.0.1 read 1",
        "2001:db8:0:7::/64 127.0.0.1 read 1", "2001:db8:0:7::/64 127.0.0.1 read 1",
        "203.0.113.10 127.0.0.1 no-session 1", "203.0.113.10 127.0.0.1 unsupported-media-type 1",
      ])
  }
}
