"""Uploads a picture, starts a conversation, asks about one region, prints the answer as it comes, and deletes the conversation.

The stubs that it imports are generated from protos/ into generated/, from the repository's root:

    pip install -r docs/examples/python/requirements.txt
    mkdir -p docs/examples/python/generated
    python3 -m grpc_tools.protoc -I protos --python_out=docs/examples/python/generated --grpc_python_out=docs/examples/python/generated protos/*/*/*.proto
    python3 docs/examples/python/ask.py
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import grpc

sys.path.insert(0, str(Path(__file__).parent / "generated"))
from gpt4roi.v1 import conversation_service_pb2 as talk, image_service_pb2 as pictures, region_pb2 as regions, sampling_pb2 as sampling
from gpt4roi.v1.conversation_service_pb2_grpc import ConversationServiceStub
from gpt4roi.v1.image_service_pb2_grpc import ImageServiceStub

server = urlsplit(os.environ.get("GPT4ROI_SERVER", "http://localhost:5090"))
key = os.environ.get("GPT4ROI_API_KEY")
metadata = [("x-api-key", key)] if key else []


def chunks(path):
    with open(path, "rb") as file:
        while chunk := file.read(256 * 1024):
            yield pictures.UploadImageRequest(chunk=chunk)


def ask(conversations, conversation_id):
    box = regions.BoundingBox(x1=4, y1=62, x2=78, y2=121, space=regions.COORDINATE_SPACE_PIXELS)
    request = talk.AskRequest(
        conversation_id=conversation_id,
        question="What is <region1>?",
        new_regions=[regions.Region(id=1, box=box)],
        sampling=sampling.SamplingParams(temperature=0),
    )
    finished = False
    for event in conversations.Ask(request, metadata=metadata, timeout=600):
        print(event.tokens.text, end="", flush=True)
        finished = finished or event.HasField("finished")
    print()
    if not finished:
        sys.exit("the answer broke off")


def main(picture="models/demo-small/samples/scooter.png"):
    secure = server.scheme == "https"
    with grpc.secure_channel(server.netloc, grpc.ssl_channel_credentials()) if secure else grpc.insecure_channel(server.netloc) as channel:
        images, conversations = ImageServiceStub(channel), ConversationServiceStub(channel)
        image = images.UploadImage(chunks(picture), metadata=metadata, timeout=120).image
        request = talk.CreateConversationRequest(image_id=image.id)
        conversation = conversations.CreateConversation(request, metadata=metadata, timeout=30).conversation
        try:
            ask(conversations, conversation.id)
        finally:
            conversations.DeleteConversation(talk.DeleteConversationRequest(conversation_id=conversation.id), metadata=metadata, timeout=30)


try:
    main(*sys.argv[1:])
except grpc.RpcError as failure:
    sys.exit(f"\n{failure.code().name}: {failure.details()}")
