import Testing

@testable import CatalogSync

@Suite("Settings of webhooks")
struct WebhookSettingTests {
  // The expected values are those of Python's hmac module; the first message is the example of the specification.
  @Test(
    "A message is signed as the Standard Webhooks specification says",
    arguments: [
      (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330,
        #"{"test": 2432232314}"#, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
      ),
      (
        "a-secret-of-twenty-four-characters", "msg_1", 1_700_000_000, #"{"größe":"🚀"}"#,
        "v1,zVeO82ATkrGP0+pOlIVDhLUvfOkdFs2jWNUSmMMO++4="
      ),
    ])
  func signature(secret: String, id: String, timestamp: Int, body: String, signature: String) throws {
    let secret = try WebhookSecret(secret)
    #expect(secret.signature(id: id, timestamp: timestamp, body: Array(body.utf8)) == signature)
  }

  @Test(
    "A secret that is short or malformed is refused, and not repeated",
    arguments: [
      "", "hunter2", "only-twenty-three-chars", "with a blank in its twenty-four characters",
      "with-ümlaut-in-its-twenty-four-characters", "whsec_", "whsec_hunter2", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
      "whsec_!!!!9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLA==",
      String(repeating: "x", count: 257),
    ])
  func badSecret(_ text: String) {
    let error = #expect(throws: WebhookSettingError.self) { try WebhookSecret(text) }
    #expect(error?.description.contains("must have 24 to") == true)
    #expect(text.count < 8 || error?.description.contains(text.dropFirst(6)) == false)
  }

  @Test("A secret is not shown")
  func hidden() throws {
    let secret = try WebhookSecret("hunter2hunter2hunter2hunter2")
    #expect(!"\(secret) \(String(reflecting: secret))".contains("hunter2"))
  }

  @Test("An address is shown by its host alone, and each has a name of its own")
  func addresses() throws {
    let receivers = try WebhookReceiver.list(
      "https://hooks.example.com/hunter2?key=hunter2, http://127.0.0.1:8080/hunter2,http://localhost/a,http://[::1]:9/a,"
        + "https://hooks.example.com/other")
    #expect(
      receivers.map(\.host) == [
        "hooks.example.com", "127.0.0.1:8080", "localhost", receivers[3].host, "hooks.example.com",
      ])
    #expect(receivers[3].host.hasSuffix(":9"))
    #expect(Set(receivers.map(\.name)).count == 5)
    #expect(receivers.allSatisfy { $0.name.hasPrefix("\($0.host) ") })
    #expect(!"\(receivers) \(receivers.map(\.name))".contains("hunter2"))
    #expect(try WebhookReceiver.list("").isEmpty)
  }

  @Test(
    "An address that cannot be used is refused by its number, and not repeated",
    arguments: [
      ("http://hooks.example.com/hunter2", "must begin with https://"),
      ("http://127.0.0.1.example.com/hunter2", "must"),
      ("http://128.0.0.1/hunter2", "must begin"), ("http://0127.0.0.1/hunter2", "must"),
      ("ftp://localhost/hunter2", "must begin"),
      ("hunter2", "is no address"),
      ("https:///hunter2", "is no address"), ("https://hooks.example.com/hunter2 x", "is no address"),
      ("https://me:hunter2@hooks.example.com/", "has a user"), ("https://hooks.example.com/#hunter2", "has a user"),
      ("https://first.example.com/hunter2", "is there twice"),
      ("https://hooks.example.com/hunter2\(String(repeating: "x", count: 2_000))", "is no address"),
    ])
  func badAddress(_ address: String, _ reason: String) {
    let error = #expect(throws: WebhookSettingError.self) {
      try WebhookReceiver.list("https://first.example.com/hunter2,\(address)")
    }
    #expect(error?.description.hasPrefix("address 2 \(reason)") == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test("There are at most sixteen receivers")
  func tooMany() throws {
    let list = { (count: Int) in (0..<count).map { "https://hooks.example.com/\($0)" }.joined(separator: ",") }
    #expect(try WebhookReceiver.list(list(16)).count == 16)
    #expect(throws: WebhookSettingError.self) { try WebhookReceiver.list(list(17)) }
  }

  @Test("Pauses grow from a second to an hour, a little longer by chance, and as long as the receiver asks for")
  func pauses() {
    let limits = WebhookLimits()
    let seconds = (1...14).map { limits.pause(afterFailures: $0, chance: 0) / .seconds(1) }
    #expect(seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600])
    #expect(limits.pause(afterFailures: 5, chance: 1) == .seconds(20))
    #expect(limits.pause(afterFailures: .max, chance: 1) == .seconds(3_600))
    #expect(limits.pause(afterFailures: 1, asked: .seconds(30), chance: 0) == .seconds(30))
    #expect(limits.pause(afterFailures: 9, asked: .seconds(30), chance: 0) == .seconds(256))
    #expect(limits.pause(afterFailures: 1, asked: .seconds(86_400), chance: 1) == .seconds(86_400))
  }
}
