// SPDX-License-Identifier: Apache-2.0
#include "hub/add_model.h"

#include <gmock/gmock.h>

#include "hub/hub_fixture.h"

namespace yk::hub {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

class AddModelTest : public HubTest {
 protected:
  AddModelTest() { files_["own/tiny/m.gguf"] = GgufBuilder::Model().File(100'000, 1); }
  std::string Answered(net::HttpReply reply, const std::string& token = "") {
    settings_.huggingface.token = token;
    at_hub_ = [reply](const Exchange& e) { return e->Send(reply), true; };
    std::string refusal = Refusal("tiny", "hf:own/tiny/m.gguf@v1");
    EXPECT_THAT(refusal, Not(HasSubstr("hf_secret")));
    return refusal;
  }
};

TEST_F(AddModelTest, AFileThatIsThereIsTakenAsItIs) {
  const auto path = dir_.Write("own/model.gguf", files_["own/tiny/m.gguf"]);
  const auto added = Add("mine", path.string());
  ASSERT_TRUE(added) << added.error().ToString();
  EXPECT_FALSE(added->fetched);
  EXPECT_EQ(added->disk.header.quantization, "Q4_K_M");
  const auto registry = ReadModelRegistry(settings_.models_dir);
  EXPECT_EQ(registry->at("mine").files.at(0).path, path.string());
  EXPECT_EQ(registry->at("mine").source, path.string());
  EXPECT_THAT(Asked(), IsEmpty());
  EXPECT_THAT(Refusal("other", (dir_ / "none.gguf").string()), HasSubstr("there is no file"));
  EXPECT_THAT(Refusal("other", dir_.Write("a.gguf", "text").string()), HasSubstr("not a GGUF file"));
  EXPECT_THAT(Refusal("ot her", path.string()), HasSubstr("cannot be the name of a model"));
  EXPECT_EQ(ReadModelRegistry(settings_.models_dir)->size(), 1u);
}

TEST_F(AddModelTest, ATakenNameIsSaidBeforeAnythingIsFetched) {
  const auto path = dir_.Write("own/model.gguf", files_["own/tiny/m.gguf"]);
  ASSERT_TRUE(Add("mine", path.string()));
  EXPECT_THAT(Refusal("mine", "hf:own/tiny/m.gguf"), AllOf(HasSubstr("'mine' is taken"), HasSubstr(path.string())));
  EXPECT_THAT(Asked(), IsEmpty());
  ASSERT_TRUE(Add("mine", "hf:own/tiny/m.gguf", true));
  EXPECT_EQ(ReadModelRegistry(settings_.models_dir)->at("mine").source, "hf:own/tiny/m.gguf@main");
}

TEST_F(AddModelTest, WhatIsThereIsNotFetchedAgain) {
  ASSERT_TRUE(Add("one", "hf:own/tiny/m.gguf"));
  ASSERT_EQ(AskedOfStorage().size(), 1u);
  const auto again = Add("one", "hf:own/tiny/m.gguf");
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->fetched);
  ASSERT_TRUE(Add("two", "hf:own/tiny/m.gguf"));
  // Also when the list of models was lost; then its content decides.
  fs::remove(settings_.models_dir / "models.json");
  ASSERT_TRUE(Add("three", "hf:own/tiny/m.gguf"));
  EXPECT_THAT(listener_.told, HasSubstr("m.gguf is there; checking its SHA-256"));
  EXPECT_EQ(AskedOfStorage().size(), 1u);
}

TEST_F(AddModelTest, AnotherVersionDoesNotReplaceTheFileOfAnotherModel) {
  ASSERT_TRUE(Add("one", "hf:own/tiny/m.gguf"));
  const std::string old = files_["own/tiny/m.gguf"];
  files_["own/tiny/m.gguf"] = GgufBuilder::Model().File(100'000, 2);
  commit_ = "decade";
  EXPECT_THAT(Refusal("two", "hf:own/tiny/m.gguf"),
              AllOf(HasSubstr("which the model 'one' uses"), HasSubstr("hf:own/tiny/m.gguf@decade")));
  ASSERT_TRUE(Add("two", "hf:own/tiny/m.gguf@decade"));
  EXPECT_EQ(FileAt("hf/own/tiny/main/m.gguf"), old);
  EXPECT_EQ(FileAt("hf/own/tiny/decade/m.gguf"), files_["own/tiny/m.gguf"]);
  // The one model that uses it may be brought up to date.
  ASSERT_TRUE(Add("one", "hf:own/tiny/m.gguf"));
  EXPECT_EQ(FileAt("hf/own/tiny/main/m.gguf"), files_["own/tiny/m.gguf"]);
}

TEST_F(AddModelTest, AllPartsOfASplitModelComeFromOneCommit) {
  for (int i = 0; i < 3; ++i) {
    GgufBuilder builder = i == 0 ? GgufBuilder::Model() : GgufBuilder();
    builder.Typed<uint16_t>("split.no", 2, static_cast<uint16_t>(i)).Typed<uint16_t>("split.count", 2, 3);
    files_[fmt::format("own/big/q4/m-{:05}-of-00003.gguf", i + 1)] = builder.File(50'000, static_cast<uint32_t>(i));
  }
  const auto added = Add("big", "hf:own/big/q4/m-00002-of-00003.gguf");
  ASSERT_TRUE(added) << added.error().ToString();
  ASSERT_EQ(added->registered.files.size(), 3u);
  const std::string first = (settings_.models_dir / "hf/own/big/main/q4/m-00001-of-00003.gguf").string();
  EXPECT_EQ(added->registered.files[0].path, first);
  EXPECT_EQ(ReadModelRegistry(settings_.models_dir)->at("big").files.size(), 3u);
  const auto asked = Asked();
  EXPECT_EQ(asked.at(0), "hub HEAD /own/big/resolve/main/q4/m-00001-of-00003.gguf");
  for (size_t i = 1; i < asked.size(); ++i) EXPECT_THAT(asked[i], Not(HasSubstr("/main/")));
  // One part missing: nothing is fetched, nothing is named.
  files_.erase("own/big/q4/m-00003-of-00003.gguf");
  fs::remove_all(settings_.models_dir);
  EXPECT_THAT(Refusal("big", "hf:own/big/q4/m-00001-of-00003.gguf"), HasSubstr("no file 'q4/m-00003-of-00003.gguf'"));
  EXPECT_TRUE(ReadModelRegistry(settings_.models_dir)->empty());
}

TEST_F(AddModelTest, RoomIsLookedForBeforeAnythingIsFetched) {
  free_bytes_ = [](const fs::path&) -> Result<uint64_t> { return uint64_t{64} << 20; };
  EXPECT_THAT(Refusal("tiny", "hf:own/tiny/m.gguf"),
              AllOf(HasSubstr("there is no room for hf:own/tiny/m.gguf@main (101 kB)"), HasSubstr("67 MB are free"),
                    HasSubstr("models_dir:")));
  EXPECT_THAT(AskedOfStorage(), IsEmpty());
  EXPECT_GT(*FreeBytes(dir_ / "not/made/yet"), 0u);
}

TEST_F(AddModelTest, ARefusalSaysWhatToDo) {
  using Headers = std::vector<net::HttpHeader>;
  const auto code = [](const char* text) { return Headers{{"X-Error-Code", text}}; };
  const std::string base = hub_->url();
  EXPECT_THAT(Answered({.status = 401, .headers = code("GatedRepo")}),
              AllOf(HasSubstr("accept its terms: open " + base + "/own/tiny"), HasSubstr("HF_TOKEN")));
  EXPECT_THAT(Answered({.status = 403, .headers = code("GatedRepo")}, "hf_secret"), HasSubstr("has not been let in"));
  EXPECT_THAT(Answered({.status = 401}), AllOf(HasSubstr("knows no repository own/tiny, or keeps it private"),
                                               HasSubstr("put a token into HF_TOKEN")));
  EXPECT_THAT(Answered({.status = 401,
                        .headers = {{"X-Error-Message",
                                     "Invalid \xc2\x9b"
                                     "2J credentials"}}},
                       "hf_secret"),
              AllOf(HasSubstr("does not accept the token"), HasSubstr("Invalid ?2J credentials")));
  EXPECT_THAT(Answered({.status = 404, .headers = code("RepoNotFound")}), HasSubstr("knows no repository"));
  EXPECT_THAT(Answered({.status = 404, .headers = code("RevisionNotFound")}), HasSubstr("no revision 'v1'"));
  EXPECT_THAT(Answered({.status = 404, .headers = code("EntryNotFound")}),
              AllOf(HasSubstr("own/tiny has no file 'm.gguf'"), HasSubstr(base + "/own/tiny/tree/v1")));
  EXPECT_THAT(Answered({.status = 403}, "hf_secret"), HasSubstr("check that the token in HF_TOKEN may read it"));
  EXPECT_THAT(clock_.slept, IsEmpty()) << "none of these gets better by waiting";
  EXPECT_THAT(Answered({.status = 503, .headers = {{"Retry-After", "3600"}}}), HasSubstr("try again later"));
  EXPECT_THAT(clock_.slept, IsEmpty()) << "an hour is too long to wait";
  EXPECT_THAT(Answered({.status = 500}), HasSubstr("answers 500"));
  EXPECT_EQ(clock_.slept.size(), 7u);
  EXPECT_TRUE(ReadModelRegistry(settings_.models_dir)->empty());
}

TEST_F(AddModelTest, AHubThatIsNotThereIsSaidAtOnce) {
  const std::string gone = hub_->url();
  hub_->Stop(Duration::zero());
  EXPECT_THAT(
      Refusal("tiny", "hf:own/tiny/m.gguf"),
      AllOf(HasSubstr(gone + " cannot be reached"), HasSubstr("Connection refused"), HasSubstr("YAKAN_HF_BASE")));
  EXPECT_THAT(clock_.slept, IsEmpty());
  settings_.huggingface.base = "not an address";
  EXPECT_THAT(Refusal("tiny", "hf:own/tiny/m.gguf"), HasSubstr("is not an address this program can call"));
}

class OllamaTest : public HubTest {
 protected:
  OllamaTest() {
    files_["sha256:" + ShaOf(model_)] = model_;
    settings_.ollama_stores = {dir_ / "none", dir_ / "store"};
    at_hub_ = [this](const Exchange& e) {
      if (e->path() != "/v2/library/qwen3/manifests/8b") return false;
      return e->Send({.body = Manifest()}), true;
    };
  }
  std::string Manifest() const {
    return fmt::format(R"({{"schemaVersion": 2, "layers": [
        {{"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:{}", "size": 3}},
        {{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:{}", "size": {}}}]}})",
                       std::string(64, 'a'), ShaOf(model_), model_.size());
  }
  const std::string model_ = GgufBuilder::Model("qwen3").File(200'000, 9);
};

TEST_F(OllamaTest, PullsFromTheRegistry) {
  const auto added = Add("qwen", "ollama:qwen3:8b");
  ASSERT_TRUE(added) << added.error().ToString();
  EXPECT_EQ(FileAt("ollama/library/qwen3/qwen3-8b.gguf"), model_);
  EXPECT_EQ(added->registered.revision, "sha256:" + ShaOf(model_));
  EXPECT_EQ(added->disk.header.architecture, "qwen3");
  EXPECT_THAT(Asked(), ElementsAre("hub GET /v2/library/qwen3/manifests/8b",
                                   "hub GET /v2/library/qwen3/blobs/sha256:" + ShaOf(model_),
                                   "storage GET /sha256:" + ShaOf(model_)));
}

TEST_F(OllamaTest, TakesWhatOllamaHasPulled) {
  dir_.Write("store/manifests/registry.ollama.ai/library/qwen3/8b", Manifest());
  const auto blob = dir_.Write("store/blobs/sha256-" + ShaOf(model_), model_);
  const auto added = Add("qwen", "ollama:qwen3:8b");
  ASSERT_TRUE(added) << added.error().ToString();
  EXPECT_FALSE(added->fetched);
  EXPECT_EQ(added->registered.files.at(0).path, blob.string());
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(OllamaTest, FetchesWhatOllamaHasInPartOnly) {
  dir_.Write("store/manifests/registry.ollama.ai/library/qwen3/8b", Manifest());
  dir_.Write("store/blobs/sha256-" + ShaOf(model_), model_.substr(0, 1000));
  ASSERT_TRUE(Add("qwen", "ollama:qwen3:8b"));
  EXPECT_THAT(listener_.told, HasSubstr("its file has 1000 of"));
  EXPECT_EQ(FileAt("ollama/library/qwen3/qwen3-8b.gguf"), model_);
}

TEST_F(OllamaTest, SaysWhatTheRegistryDoesNotHave) {
  EXPECT_THAT(Refusal("x", "ollama:qwen3:9b"),
              AllOf(HasSubstr("has no model qwen3:9b"), HasSubstr("ollama.com/library")));
  at_hub_ = [](const Exchange& e) { return e->Send({.status = 401}), true; };
  EXPECT_THAT(Refusal("x", "ollama:someone/own"), HasSubstr("pull it with Ollama"));
  for (const char* manifest :
       {R"({"layers": [{"mediaType": "application/vnd.ollama.image.tensor"}]})",
        R"({"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../x", "size": 1}]})",
        R"({"layers": [7]})"}) {
    at_hub_ = [manifest](const Exchange& e) { return e->Send({.body = manifest}), true; };
    EXPECT_THAT(Refusal("x", "ollama:qwen3"), HasSubstr("holds no weights that can be run here")) << manifest;
  }
  at_hub_ = [](const Exchange& e) { return e->Send({.body = "<html>"}), true; };
  EXPECT_THAT(Refusal("x", "ollama:qwen3"), HasSubstr("manifest of qwen3:latest is not one"));
}

}  // namespace
}  // namespace yk::hub
