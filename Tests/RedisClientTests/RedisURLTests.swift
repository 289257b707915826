import Testing

@testable import RedisClient

@Suite("The URL")
struct RedisURLTests {
  private typealias Configuration = RedisClient.Configuration

  @Test(
    "names a server",
    arguments: [
      ("redis://localhost", RedisEndpoint.host("localhost", port: 6379), 0),
      ("redis://localhost/", .host("localhost", port: 6379), 0),
      ("REDIS://cache.example:7000/3", .host("cache.example", port: 7000), 3),
      ("redis://10.0.0.1:1", .host("10.0.0.1", port: 1), 0),
      ("redis://[::1]:6380/15", .host("::1", port: 6380), 15),
      ("redis://[fe80::1]", .host("fe80::1", port: 6379), 0),
      ("rediss://cache.example", .host("cache.example", port: 6379), 0),
      ("unix:///run/redis/a%20b.sock", .unixSocket("/run/redis/a b.sock"), 0),
    ])
  func server(url: String, endpoint: RedisEndpoint, database: Int) throws {
    let configuration = try Configuration(url: url)
    #expect(configuration.target == .server(endpoint))
    #expect(configuration.database == database)
    #expect(configuration.credentials == nil)
    #expect(configuration.usesTLS == url.hasPrefix("rediss"))
  }

  @Test(
    "holds user and password",
    arguments: [
      ("redis://app:secret@h", "app", "secret"),
      ("redis://:secret@h", "default", "secret"),
      ("redis://a%40b:p%3A%2F%40%25@h:1/2", "a@b", "p:/@%"),
      ("redis://app:pa:ss@word@h", "app", "pa:ss@word"),
      ("rediss://app:%C3%A9@h", "app", "é"),
      ("redis-sentinel://app:secret@h:1,i/main", "app", "secret"),
    ])
  func credentials(url: String, user: String, password: String) throws {
    let configuration = try Configuration(url: url)
    #expect(configuration.credentials == RedisCredentials(user: user, password: password))
  }

  @Test("names sentinels and the service")
  func sentinels() throws {
    let configuration = try Configuration(url: "redis-sentinel://a:1,b,[::1]:3/main/2")
    let sentinels = [
      RedisEndpoint.host("a", port: 1), .host("b", port: 26379), .host("::1", port: 3),
    ]
    #expect(configuration.target == .sentinel(sentinels, service: "main"))
    #expect(configuration.database == 2)
  }

  @Test(
    "is refused with the reason",
    arguments: [
      ("", RedisURLError.unsupportedScheme), ("localhost:6379", .unsupportedScheme),
      ("http://localhost", .unsupportedScheme), ("redis:localhost", .unsupportedScheme),
      ("redis://", .invalidHost), ("redis:///1", .invalidHost), ("redis://a b", .invalidHost),
      ("redis://h\r\n", .invalidHost), ("redis://:6379", .invalidHost), ("redis://[x]", .invalidHost),
      ("redis://h:", .invalidPort), ("redis://h:0", .invalidPort), ("redis://h:65536", .invalidPort),
      ("redis://h:6379x", .invalidPort), ("redis://h:+1", .invalidPort), ("redis://[::1]x", .invalidPort),
      ("redis://h/x", .invalidDatabase), ("redis://h/-1", .invalidDatabase), ("redis://h/1/2", .invalidDatabase),
      ("redis://h/99999999999", .invalidDatabase), ("redis://h/1?x=1", .invalidDatabase),
      ("redis://app@h", .missingPassword), ("redis://app:@h", .missingPassword),
      ("redis://app:%4@h", .invalidPercentEncoding), ("redis://app:%zz@h", .invalidPercentEncoding),
      ("redis://app:%ff@h", .invalidPercentEncoding), ("redis://app:%@h", .invalidPercentEncoding),
      ("unix://", .invalidSocketPath), ("unix:///", .invalidSocketPath), ("unix://run/x", .invalidSocketPath),
      ("redis-sentinel://h", .missingService), ("redis-sentinel://h/", .missingService),
      ("redis-sentinel:///main", .invalidHost), ("redis-sentinel://a,,b/main", .invalidHost),
    ])
  func refused(url: String, error: RedisURLError) {
    #expect(throws: error) { try Configuration(url: url) }
  }

  @Test(
    "never shows the password, not even in errors",
    arguments: [
      "redis://app:hunter2@h", "redis://app:hunter2@h:port", "redis://app:hun/ter2@h", "redis://app:hunter2@",
      "redis://app:hunter2%@h", "hunter2", "rediss://:hunter2@h/x", "redis-sentinel://app:hunter2@h",
      "redis-sentinel://app:hunter2@h/main/1", "redis://hunter2@h",
    ])
  func passwordIsHidden(url: String) {
    var shown = ""
    do {
      let configuration = try Configuration(url: url)
      shown = "\(configuration) \(String(reflecting: configuration)) "
      dump(configuration, to: &shown)
      print([configuration], configuration.credentials as Any, to: &shown)
    } catch {
      shown = "\(error) \(String(reflecting: error))"
    }
    #expect(!shown.contains("hunter2") && !shown.contains("ter2"))
    #expect(!shown.isEmpty)
  }
}
